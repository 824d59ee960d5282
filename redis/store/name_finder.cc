#include "redis/store/name_finder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

// Of the time, for one tenth. A step that took much longer than Redis needs
// for it has waited for something else, which a longer rest would not help.
constexpr int kRestPerWork = 9;
constexpr std::chrono::milliseconds kMaxRest{8};

// Redis is asked forty times a second at most, however many keys it has.
constexpr std::chrono::milliseconds kMinSpacing{25};

// A walk over the key space that takes longer breaks the promise about new
// names, which is worth a line in the log.
constexpr seconds kSlowWalk{5};

}  // namespace

void DiscoveryPace::Reset(TimePoint now) {
  next_ = now + interval_;
  walking_ = false;
}

std::chrono::nanoseconds DiscoveryPace::StepTaken(TimePoint start,
                                                  TimePoint end,
                                                  int64_t expected_steps,
                                                  bool completed) {
  if (!walking_) walk_start_ = start;
  walking_ = !completed;
  const TimePoint rested = end + std::min<std::chrono::nanoseconds>(
                                     kMaxRest, kRestPerWork * (end - start));
  if (completed) {
    next_ = std::max<TimePoint>(rested, walk_start_ + interval_);
    return end - walk_start_;
  }
  const std::chrono::nanoseconds spacing = std::max<std::chrono::nanoseconds>(
      kMinSpacing, interval_ / 2 / expected_steps);
  next_ = std::max<TimePoint>(rested, start + spacing);
  return std::chrono::nanoseconds::zero();
}

void NameFinder::Start() {
  ForgetKeys();
  discovery_.Restart();
  pace_.Reset(clock_->Steady());
}

absl::StatusOr<bool> NameFinder::Step(Connection* connection, Names* names) {
  const TimePoint start = clock_->Steady();
  fresh_.clear();
  step_.Clear();
  ASSIGN_OR_RETURN(const bool completed, discovery_.Step(connection, &step_));
  const nanoseconds took = pace_.StepTaken(
      start, clock_->Steady(), discovery_.expected_steps(), completed);
  // Of a million names none is new, as a rule, and to look each up would keep a
  // processor busy.
  for (size_t i = 0; i < step_.size(); ++i) {
    if (known_.contains(step_[i])) continue;
    if (Classify(step_[i], names)) fresh_.push_back(step_[i]);
  }
  walked_ += step_.size();
  if (completed) {
    known_.WalkEnded(std::exchange(walked_, 0));
    EndWalk(took);
  }
  return completed;
}

void NameFinder::StepExamined(bool all_known) {
  // By razor's rules zones decide what is a name.
  if (!all_known || options_.schema == Schema::kRazor) return;
  for (const std::string_view key : fresh_) known_.Add(key);
  fresh_.clear();
}

void NameFinder::Follow(const Dataset& dataset, const DatasetChange& change) {
  if (change.everything) ForgetKeys();
  for (const std::string& name : change.names) {
    if (dataset.names.contains(name)) continue;
    for (const KeyKind kind : {KeyKind::kConfig, KeyKind::kGroups}) {
      known_.Forget(MakeKey(name, kind));
    }
  }
}

void NameFinder::ForgetKeys() {
  known_.Clear();
  fresh_.clear();
}

absl::Status NameFinder::Walk(Connection* connection, Names* names,
                              ExistingKeys* existing) {
  ForgetKeys();
  odd_keys_.clear();
  no_names_.clear();
  const TimePoint start = clock_->Steady();
  discovery_.Restart();
  Discovery walk(options_.schema, existing == nullptr
                                      ? Discovery::Keys::kOfNames
                                      : Discovery::Keys::kAll);
  RETURN_IF_ERROR(walk.Walk(connection, [&](std::string_view key) {
    Classify(key, names);
    if (existing != nullptr) existing->Add(key);
  }));
  EndWalk(clock_->Steady() - start);
  return absl::OkStatus();
}

void NameFinder::NoteNames(const NameMap& names, const Dataset& dataset) {
  if (options_.schema != Schema::kRazor) return;
  const bool adds_zone =
      std::any_of(names.begin(), names.end(), [&](const auto& entry) {
        const auto& [name, data] = entry;
        if (data == nullptr || !data->config.is_zone) return false;
        const auto before = dataset.names.find(name);
        return before == dataset.names.end() || !before->second->config.is_zone;
      });
  if (!adds_zone) return;
  no_names_.clear();
  discovery_.Restart();
  pace_.StartWalk(clock_->Steady());
}

bool NameFinder::Classify(std::string_view key, Names* names) {
  FoundKey found = ClassifyKey(key, options_.schema);
  if (found.complaint) {
    odd_keys_.emplace(key);
    complaints_->Update({std::string(key)}, {*found.complaint});
    return false;
  }
  if (found.name.empty()) return true;
  if (no_names_.contains(found.name)) return false;
  names->push_back(std::move(found.name));
  return true;
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
