// The daemon: answers PowerDNS on sockets until a signal ends it or another
// process takes over.
#ifndef GROUPRING_BACKEND_DAEMON_DAEMON_H_
#define GROUPRING_BACKEND_DAEMON_DAEMON_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/settings/settings.h"
#include "redis/base/log.h"

namespace groupring::backend {

struct DaemonOptions {
  // Reads the settings: at the start, and again for each reload.
  std::function<absl::StatusOr<Settings>()> load_settings;
  // Opens the log from [log] level on.
  std::function<LogSink(Severity level)> open_log;
  // The command line, without the program's name, that runs this daemon: a
  // successor is started with it.
  std::vector<std::string> arguments;
  // Replaces the daemon that already serves on this host, if there is one.
  bool replace = false;
};

// Returns when the daemon has ended. An error: it could not start; a daemon
// that was to be replaced goes on. Blocks signals in this process and raises
// its limits, so it is called once, before any thread is started.
absl::Status RunDaemon(const DaemonOptions& options);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_DAEMON_H_
