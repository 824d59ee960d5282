#include "redis/store/name_finder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/store/judged_key.h"

namespace groupring::redis {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

// A walk over the key space that takes longer breaks the promise about new
// names, which is worth a line in the log.
constexpr seconds kSlowWalk{5};

}  // namespace

void NameFinder::Start() {
  discovery_.Restart();
  pace_.Reset(clock_->Steady());
}

absl::StatusOr<bool> NameFinder::Step(Connection* connection,
                                      std::atomic<uint64_t>* commands,
                                      Names* names) {
  const TimePoint start = clock_->Steady();
  std::vector<std::string> keys;
  const absl::StatusOr<bool> completed =
      discovery_.Step(connection, commands, &keys);
  if (!completed.ok()) return completed.status();
  const nanoseconds took = pace_.StepTaken(
      start, clock_->Steady(), discovery_.expected_steps(), *completed);
  Judge(keys, names);
  if (*completed) EndWalk(took);
  return *completed;
}

absl::Status NameFinder::Walk(Connection* connection,
                              std::atomic<uint64_t>* commands,
                              const std::atomic<bool>& stop, Names* names) {
  discovery_.Restart();
  odd_keys_.clear();
  const TimePoint start = clock_->Steady();
  std::vector<std::string> keys;
  for (bool completed = false; !completed;) {
    if (stop.load()) return absl::CancelledError("stopping");
    const absl::StatusOr<bool> step =
        discovery_.Step(connection, commands, &keys);
    if (!step.ok()) return step.status();
    completed = *step;
  }
  no_names_.clear();
  Judge(keys, names);
  EndWalk(clock_->Steady() - start);
  return absl::OkStatus();
}

void NameFinder::Judge(const std::vector<std::string>& keys, Names* names) {
  for (const std::string& key : keys) {
    JudgedKey judged = JudgeKey(key);
    if (judged.complaint) {
      odd_keys_.insert(key);
      complaints_->Update({key}, {*judged.complaint});
    }
    if (!judged.name.empty() && !no_names_.contains(judged.name)) {
      names->push_back(std::move(judged.name));
    }
  }
}

void NameFinder::EndWalk(nanoseconds took) {
  for (const std::string& key : odd_keys_last_walk_) {
    if (!odd_keys_.contains(key)) complaints_->Update({key}, {});
  }
  odd_keys_last_walk_ = std::exchange(odd_keys_, {});

  const TimePoint now = clock_->Steady();
  if (now >= forget_no_names_) {
    // They are looked at again now and then, as known keys are.
    no_names_.clear();
    forget_no_names_ = now + options_.reread_interval;
  }
  if (took > std::max<nanoseconds>(kSlowWalk, 2 * options_.scan_interval) &&
      !said_slow_walk_) {
    said_slow_walk_ = true;
    log_(Severity::kWarning,
         absl::StrFormat(
             "looking for new names took %d s, as this Redis database has many "
             "other keys: new names appear that late (changes of known ones do "
             "not); a database number of its own for groupring avoids it",
             std::chrono::duration_cast<seconds>(took).count()));
  }
}

}  // namespace groupring::redis
