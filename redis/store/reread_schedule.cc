#include "redis/store/reread_schedule.h"

#include <algorithm>

namespace groupring::redis {
namespace {

constexpr std::chrono::milliseconds kMinPause{50};

// Of the time, for one fourth.
constexpr int kRestPerWork = 3;

}  // namespace

void RereadSchedule::Reset(std::chrono::milliseconds interval, TimePoint now) {
  interval_ = interval;
  pause_ = interval;
  // Everything has just been read.
  next_ = now + interval / 16;
  round_.clear();
  taken_ = 0;
}

void RereadSchedule::TakeStep(const Dataset& dataset, KeySelection* selection) {
  if (taken_ == round_.size()) {
    round_.clear();
    taken_ = 0;
    selection->affinity = true;
    for (const auto& [name, data] : dataset.names) {
      round_.push_back({name, true});
    }
    for (const auto& [group, data] : dataset.groups) {
      round_.push_back({group, false});
    }
  }
  if (round_.empty()) {
    pause_ = interval_;
    return;
  }
  const auto total = static_cast<int64_t>(round_.size());
  pause_ = std::max<std::chrono::nanoseconds>(kMinPause, interval_ / total);
  const int64_t share =
      (total * pause_ + interval_ - std::chrono::nanoseconds(1)) / interval_;
  const size_t end =
      std::min(round_.size(), taken_ + static_cast<size_t>(share));
  for (; taken_ < end; ++taken_) {
    const Owner& owner = round_[taken_];
    // Gone since the round began, which was dealt with when it was noticed.
    if (owner.is_name && dataset.names.contains(owner.text)) {
      selection->names[owner.text] = NameParts::All();
    } else if (!owner.is_name && dataset.groups.contains(owner.text)) {
      selection->groups[owner.text] = GroupParts::All();
    }
  }
}

void RereadSchedule::StepTaken(TimePoint start, TimePoint end) {
  next_ =
      std::max<TimePoint>(start + pause_, end + kRestPerWork * (end - start));
}

}  // namespace groupring::redis
