// The process of `groupring checker`: signals, the service manager, pages for
// those who monitor it.
#ifndef GROUPRING_BACKEND_CHECKER_CHECKER_PROCESS_H_
#define GROUPRING_BACKEND_CHECKER_CHECKER_PROCESS_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/settings/settings.h"
#include "redis/base/log.h"

namespace groupring::backend {

struct CheckerProcessOptions {
  // Reads the settings: at the start, and again for each reload.
  std::function<absl::StatusOr<Settings>()> load_settings;
  // Opens the log from [log] level on.
  std::function<LogSink(Severity level)> open_log;
};

// Returns when a signal has ended it. An error: it could not start. Blocks
// signals in this process and raises its limits, so it is called once, before
// any thread is started.
absl::Status RunChecker(const CheckerProcessOptions& options);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_CHECKER_PROCESS_H_
