#include "redis/store/reread_schedule.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace groupring::redis {
namespace {

constexpr std::chrono::milliseconds kMinPause{50};

// Of the time, for one fourth.
constexpr int kRestPerWork = 3;

constexpr size_t kNamesPerChunk = 256;

}  // namespace

void RereadSchedule::Reset(std::chrono::milliseconds interval,
                           int64_t most_per_second, TimePoint now) {
  interval_ = interval;
  least_per_owner_ =
      std::chrono::nanoseconds(std::chrono::seconds(1)) / most_per_second;
  pause_ = interval;
  // Everything has just been read.
  next_ = now + interval / 16;
  chunk_.clear();
  taken_ = 0;
}

void RereadSchedule::TakeStep(const Dataset& dataset, KeySelection* selection) {
  const bool of_names = owners_ == Owners::kNames;
  const auto total = static_cast<int64_t>(of_names ? dataset.names.size()
                                                   : dataset.groups.size());
  if (total == 0) {
    chunk_.clear();
    taken_ = 0;
    selection->affinity = !of_names;
    pause_ = interval_;
    return;
  }
  const std::chrono::nanoseconds interval =
      std::max<std::chrono::nanoseconds>(interval_, total * least_per_owner_);
  pause_ = std::max<std::chrono::nanoseconds>(kMinPause, interval / total);
  int64_t share =
      (total * pause_ + interval - std::chrono::nanoseconds(1)) / interval;
  for (; share > 0; --share) {
    if (taken_ == chunk_.size()) {
      TakeChunk(dataset);
      if (chunk_.empty()) {  // the round is over: the next one begins
        selection->affinity = !of_names;
        TakeChunk(dataset);
      }
    }
    const std::string& owner = chunk_[taken_++];
    // Gone since it was noted, which was dealt with when it was noticed.
    if (of_names && dataset.names.contains(owner)) {
      selection->names[owner] = NameParts::All();
    } else if (!of_names && dataset.groups.contains(owner)) {
      selection->groups[owner] = GroupParts::All();
    }
  }
}

void RereadSchedule::TakeChunk(const Dataset& dataset) {
  const std::vector<std::string> before = std::exchange(chunk_, {});
  taken_ = 0;
  if (owners_ == Owners::kGroups) {
    if (!before.empty()) return;
    for (const auto& [group, data] : dataset.groups) chunk_.push_back(group);
    return;
  }
  std::optional<std::string_view> after;
  if (!before.empty()) after = before.back();
  dataset.names.ForSome(after, kNamesPerChunk, [&](const auto& data) {
    chunk_.push_back(data->name);
  });
}

void RereadSchedule::StepTaken(TimePoint start, TimePoint end) {
  next_ =
      std::max<TimePoint>(start + pause_, end + kRestPerWork * (end - start));
}

}  // namespace groupring::redis
