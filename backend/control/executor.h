// Makes a change: reads, plans, asks the interlocks, writes, and starts again
// when someone else was faster.
#ifndef GROUPRING_BACKEND_CONTROL_EXECUTOR_H_
#define GROUPRING_BACKEND_CONTROL_EXECUTOR_H_

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "backend/change/arguments.h"
#include "backend/change/interlock.h"
#include "backend/change/operations.h"
#include "backend/change/outcome.h"
#include "backend/control/control_store.h"
#include "backend/control/expiry_wait.h"
#include "backend/control/node_wait.h"
#include "redis/base/clock.h"

namespace groupring::backend {

struct ExecuteOptions {
  std::string who;  // user@host
  std::string reason;
  bool dry_run = false;
  bool force = false;
  InterlockLimits limits;
};

// All that happens before waiting. A status is what went wrong on the way;
// what an interlock or another operator prevented is an outcome.
absl::StatusOr<Outcome> Execute(const Operation& operation,
                                const Arguments& given,
                                const ExecuteOptions& options,
                                ControlStore* store, const Clock* clock);

enum class WaitFor { kNothing, kNodes, kExpiry };

// Waits for what was written, or was so already, and says in the outcome how
// far it came; kNothing looks once. kExpiry REQUIRES a change that takes a
// group out of service; kAborted when that comes back meanwhile.
// `ask_servers`, which may be empty, is for kExpiry.
absl::Status Await(WaitFor wait, std::chrono::milliseconds timeout,
                   ControlStore* store, const AskServers& ask_servers,
                   const Clock* clock, const Pause& pause, const News& news,
                   Outcome* outcome);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_EXECUTOR_H_
