// Makes a change: reads, plans, checks the interlocks and writes. Starts again
// if someone else changes Redis between reading and writing.
#ifndef GROUPRING_BACKEND_CONTROL_EXECUTOR_H_
#define GROUPRING_BACKEND_CONTROL_EXECUTOR_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/change/arguments.h"
#include "backend/change/interlock.h"
#include "backend/change/operations.h"
#include "backend/change/outcome.h"
#include "backend/control/control_store.h"
#include "backend/control/expiry_wait.h"
#include "backend/control/node_wait.h"
#include "redis/base/clock.h"
#include "redis/schema/name_condenser.h"

namespace groupring::backend {

struct ExecuteOptions {
  std::string who;  // user@host
  std::string reason;
  bool dry_run = false;
  bool force = false;
  InterlockLimits limits;
  // For an operation that takes a file: the file's data.
  std::shared_ptr<const SavedData> saved;
  // For an operation that takes a file of lines: the lines.
  std::shared_ptr<const std::vector<std::string>> lines;
  // The clients that the plan counts; null: none are known.
  std::shared_ptr<const Population> clients;
  // For how many names those stand that the store has loaded last; empty: for
  // none but themselves.
  std::function<redis::AlikeNames()> alike = nullptr;
};

// Makes the change, without waiting for its effect. An error status says that
// Redis could not be read or written, or that the operands make no sense. A
// change that an interlock or another operator prevented is an outcome.
absl::StatusOr<Outcome> Execute(const Operation& operation,
                                const Arguments& given,
                                const ExecuteOptions& options,
                                ControlStore* store, const Clock* clock);

enum class WaitFor { kNothing, kNodes, kExpiry, kFilled };

// Waits for the effect of a change that was written, or was in effect already,
// and records in the outcome how far it has come; kNothing gives the nodes a
// second. REQUIRES with kExpiry: a change that takes a group out of service;
// with kFilled: one that fills a group. `ask_servers`, which may be empty, is
// for kExpiry. kAborted: the group came back while it waited, or the group that
// fills was taken out.
absl::Status Await(WaitFor wait, std::chrono::milliseconds timeout,
                   ControlStore* store, const AskServers& ask_servers,
                   const Clock* clock, const Pause& pause, const News& news,
                   Outcome* outcome);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_EXECUTOR_H_
