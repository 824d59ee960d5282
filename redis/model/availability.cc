#include "redis/model/availability.h"

#include <algorithm>

namespace groupring::redis {
namespace {

// Wide enough for any two times and a share multiplied.
__extension__ typedef __int128 Int128;

// How far a ramp is, in units of 2^-32: 0 before it starts, whole at its end.
uint64_t RampProgress(int64_t start, int64_t duration_seconds,
                      int64_t unix_millis) {
  const Int128 elapsed = Int128{unix_millis} - Int128{start} * 1000;
  if (elapsed < 0) return 0;
  const Int128 duration = Int128{duration_seconds} * 1000;
  if (elapsed >= duration) return kWholeShare;
  return static_cast<uint64_t>(elapsed * Int128{kWholeShare} / duration);
}

uint64_t RampProgress(const GroupState& state, int64_t unix_millis) {
  return RampProgress(state.start, state.duration, unix_millis);
}

}  // namespace

uint64_t CourseProgress(const WeightCourse& course, int64_t unix_millis) {
  if (!course.exists()) return kWholeShare;
  return RampProgress(course.start, course.duration, unix_millis);
}

Intent IntentOfRamp(const GroupState& state, int64_t unix_millis) {
  if (state.until != 0 && Int128{unix_millis} >= Int128{state.until} * 1000) {
    return {};
  }
  switch (state.state) {
    case AdminState::kEnabled:
      break;
    case AdminState::kDisabled:
      return {state.state, 0};
    case AdminState::kDraining:
      return {state.state, kWholeShare - RampProgress(state, unix_millis)};
    case AdminState::kFilling:
      return {state.state, RampProgress(state, unix_millis)};
  }
  return {};
}

bool LeavesAnyHost(const AddressSet& set, const Exclusions& excluded) {
  return std::any_of(
      set.members().begin(), set.members().end(),
      [&](const auto& member) { return excluded.LeavesHost(member); });
}

Addresses AddressesNotWithheld(const GroupData& group, size_t family,
                               const SkipList& skip, int64_t unix_millis) {
  const SkipList& withheld = group.withheld[family]->list();
  Addresses usable =
      UsableOf(group, family, Exclusions(skip, &withheld, unix_millis));
  if (usable.set != nullptr) {
    usable.withheld = &withheld;
    return usable;
  }
  usable = UsableOf(group, family, skip);
  if (usable.set != nullptr) usable.data = AddressData::kWithheld;
  return usable;
}

uint64_t AnsweredShare(const GroupData& group, int64_t unix_millis) {
  const SkipList nothing_skipped;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (AddressesOf(group, f, nothing_skipped, unix_millis).data ==
        AddressData::kPresent) {
      return IntentOf(group, unix_millis).kept_share;
    }
  }
  return 0;
}

uint64_t RetainedShare(const GroupState& state, int64_t unix_millis) {
  return IntentOf(state, unix_millis).kept_share;
}

uint64_t ReturnedShare(const ReturnRamp& ramp, int64_t unix_millis) {
  const int64_t passed = unix_millis - ramp.start_unix_millis;
  if (passed >= ramp.duration_millis) return kWholeShare;
  if (passed <= 0) return 0;
  return static_cast<uint64_t>(passed) * kWholeShare /
         static_cast<uint64_t>(ramp.duration_millis);
}

}  // namespace groupring::redis
