// Waiting until a group that fills has all its clients.
#ifndef GROUPRING_BACKEND_CONTROL_FILL_WAIT_H_
#define GROUPRING_BACKEND_CONTROL_FILL_WAIT_H_

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "backend/control/control_store.h"
#include "backend/control/node_wait.h"
#include "redis/base/clock.h"

namespace groupring::backend {

// Returns when the ramp of the group is over, or when somebody has ended it by
// enabling the group. kAborted: the group is on its way out again, or out.
// Redis may be away for as long as `patience`; then kUnavailable.
absl::Status WaitForFill(const std::string& group,
                         std::chrono::milliseconds patience,
                         ControlStore* store, const Clock* clock,
                         const Pause& pause, const News& news);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_FILL_WAIT_H_
