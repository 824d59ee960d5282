// Waiting, once a group is out of service, until the last answer with one of
// its addresses has left the resolvers' caches.
#ifndef GROUPRING_BACKEND_CONTROL_EXPIRY_WAIT_H_
#define GROUPRING_BACKEND_CONTROL_EXPIRY_WAIT_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "backend/control/control_store.h"
#include "backend/control/node_wait.h"
#include "redis/base/clock.h"

namespace groupring::backend {

struct Expiry {
  std::string group;
  // Of the change that takes it out, or that found it out.
  int64_t generation = 0;
  // Unix seconds: when it is out of service everywhere, its ramp at its end,
  // and when the last answer has expired.
  int64_t out_from = 0;
  int64_t safe_from = 0;
};

// Until `safe_from`. kAborted as soon as the group comes back or is about to
// before then: at once when a command does it, within two seconds when anything
// else does. When Redis is away at the end it is waited for, at most so long:
// kUnavailable, as nobody can say whether the group is still out.
absl::Status WaitForExpiry(const Expiry& expiry,
                           std::chrono::milliseconds patience,
                           ControlStore* store, const Clock* clock,
                           const Pause& pause, const News& news);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_EXPIRY_WAIT_H_
