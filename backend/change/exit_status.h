// What the exit status of a command says.
#ifndef GROUPRING_BACKEND_CHANGE_EXIT_STATUS_H_
#define GROUPRING_BACKEND_CHANGE_EXIT_STATUS_H_

#include "absl/status/status.h"

namespace groupring::backend {

inline constexpr int kExitDone = 0;      // what was asked for is in effect
inline constexpr int kExitFailed = 1;    // it is not
inline constexpr int kExitUsage = 2;     // it cannot be made sense of
inline constexpr int kExitRefused = 3;   // by an interlock
inline constexpr int kExitTimedOut = 4;  // written, not yet everywhere
inline constexpr int kExitDegraded = 5;  // written, but nobody can vouch for it

inline int ExitStatusOf(const absl::Status& status) {
  if (status.ok()) return kExitDone;
  return absl::IsInvalidArgument(status) ? kExitUsage : kExitFailed;
}

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_EXIT_STATUS_H_
