// Waiting until every live node answers by a change, and until the last answer
// from before it has expired.
#ifndef GROUPRING_BACKEND_CONTROL_NODE_WAIT_H_
#define GROUPRING_BACKEND_CONTROL_NODE_WAIT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/change/outcome.h"
#include "backend/control/control_store.h"
#include "redis/base/clock.h"

namespace groupring::backend {

NodeProgress ProgressOf(const std::vector<redis::NodeStatus>& nodes,
                        int64_t generation);

// Sleeps for that long. Tests advance a manual clock instead.
using Pause = std::function<void(std::chrono::milliseconds)>;
// Called with one sentence whenever the reason for waiting changes.
using News = std::function<void(const std::string&)>;

struct NodeWait {
  NodeProgress progress;
  bool timed_out = false;
  bool has_looked = false;  // false: Redis was away during the whole wait
};

// Waits until every live node answers by `generation`, or the timeout has
// passed. Returns at once if no node is alive. While Redis is away it waits for
// Redis; when Redis is back, nodes get time to report again. kAborted: Redis
// came back without the change.
absl::StatusOr<NodeWait> WaitForNodes(int64_t generation,
                                      std::chrono::milliseconds timeout,
                                      ControlStore* store, const Clock* clock,
                                      const Pause& pause, const News& news);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_NODE_WAIT_H_
