// The commands of `groupring`. Each returns the program's exit status.
#ifndef GROUPRING_BACKEND_PROGRAM_COMMANDS_H_
#define GROUPRING_BACKEND_PROGRAM_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "backend/control/exit_status.h"
#include "backend/settings/settings.h"
#include "redis/base/log.h"

namespace groupring::backend {

struct CommandOptions {
  std::string settings_file;  // empty: the default one, if there is one
};

struct ReplaceOptions {
  CommandOptions program;
  std::string timeout = "60s";  // for the new process to be ready
};

int Replace(const ReplaceOptions& options);
int Pipe(const CommandOptions& options);
int CheckConfig(const CommandOptions& options);

// The settings that the command line asks for. Without --config a missing
// default file means defaults.
absl::StatusOr<Settings> SettingsFor(const CommandOptions& options);

// Logs to standard error from `level` on: standard output belongs to the
// protocol.
LogSink StderrLog(const std::string& level);

// Prints "groupring: <message>" to standard error.
void PrintError(const std::string& message);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_COMMANDS_H_
