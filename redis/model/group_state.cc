#include "redis/model/dataset.h"

namespace groupring::redis {
namespace {

// Wide enough for any two times and a share multiplied.
__extension__ typedef __int128 Int128;

// How far the ramp is, in units of 2^-32: 0 before it starts, whole at its end.
uint64_t RampProgress(const GroupState& state, int64_t unix_millis) {
  const Int128 elapsed = Int128{unix_millis} - Int128{state.start} * 1000;
  if (elapsed < 0) return 0;
  const Int128 duration = Int128{state.duration} * 1000;
  if (elapsed >= duration) return kWholeShare;
  return static_cast<uint64_t>(elapsed * Int128{kWholeShare} / duration);
}

}  // namespace

uint64_t RetainedShare(const GroupState& state, int64_t unix_millis) {
  if (state.until != 0 && Int128{unix_millis} >= Int128{state.until} * 1000) {
    return kWholeShare;
  }
  switch (state.state) {
    case AdminState::kEnabled:
      return kWholeShare;
    case AdminState::kDisabled:
      return 0;
    case AdminState::kDraining:
      return kWholeShare - RampProgress(state, unix_millis);
    case AdminState::kFilling:
      return RampProgress(state, unix_millis);
  }
  return kWholeShare;
}

}  // namespace groupring::redis
