// What commands have in common, and those that do not change anything. Each
// returns the program's exit status.
#ifndef GROUPRING_BACKEND_PROGRAM_COMMANDS_H_
#define GROUPRING_BACKEND_PROGRAM_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "backend/api/read_commands.h"
#include "backend/control/exit_status.h"
#include "backend/program/command_table.h"
#include "backend/settings/settings.h"
#include "redis/base/log.h"
#include "redis/store/store.h"

namespace groupring::backend {

struct CommandOptions {
  std::string settings_file;  // empty: the default one, if there is one
};

// Of a command with --config.
CommandOptions ProgramOptions(const Arguments& arguments);

// The settings that the command line asks for. Without --config a missing
// default file means defaults. kFailedPrecondition: they cannot be used.
absl::StatusOr<Settings> SettingsFor(const CommandOptions& options);

struct Configuration {
  Settings settings;
  redis::StoreOptions store;
};

// The same with what they mean for the connection to Redis, passwords read.
absl::StatusOr<Configuration> ConfigurationFor(const CommandOptions& options);

// Logs to standard error from `level` on: standard output belongs to the
// protocol.
LogSink StderrLog(const std::string& level);

int Replace(const Arguments& arguments);
int Pipe(const Arguments& arguments);
int CheckConfig(const Arguments& arguments);

// What Redis holds, as a node would answer by it that read it now.
int Read(const Arguments& arguments, ReadKind kind);
int ShowStatus(const Arguments& arguments);
int ShowNodes(const Arguments& arguments);  // with --forget: forgets one
int ShowSnapshot(const Arguments& arguments);
int ShowAudit(const Arguments& arguments);
// Shows the status anew whenever it changes, until it is interrupted.
int Watch(const Arguments& arguments);

// Examines a live set-up and prints what it found. Fails if there is a problem.
int Doctor(const Arguments& arguments);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_COMMANDS_H_
