// The commands that change no data, and what all commands have in common. Each
// command returns the program's exit status.
#ifndef GROUPRING_BACKEND_PROGRAM_COMMANDS_H_
#define GROUPRING_BACKEND_PROGRAM_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "backend/api/read_commands.h"
#include "backend/change/exit_status.h"
#include "backend/program/command_table.h"
#include "backend/settings/settings.h"
#include "redis/base/log.h"
#include "redis/store/store.h"

namespace groupring::backend {

struct CommandOptions {
  std::string settings_file;  // empty: the default one, if there is one
};

// The options of a command that takes --config.
CommandOptions ProgramOptions(const Arguments& arguments);

// In the environment: the settings file of commands without --config.
inline constexpr const char* kSettingsVariable = "GROUPRING_CONFIG";

// Which settings file is read, and because of what.
struct SettingsSource {
  std::string file;   // empty: there is none, and the defaults are used
  std::string words;  // "read /etc/groupring/groupring.toml"
};
SettingsSource FindSettings(const CommandOptions& options);

// The settings of that file. kFailedPrecondition: they cannot be used.
absl::StatusOr<Settings> SettingsFor(const CommandOptions& options);

struct Configuration {
  Settings settings;
  redis::StoreOptions store;
};

// The settings and the options of the connection to Redis that follow from
// them; reads the password files. kFailedPrecondition: they cannot be used.
absl::StatusOr<Configuration> ConfigurationFor(const CommandOptions& options);

// As ConfigurationFor, but with the Redis user of operators' commands:
// [control] redis.
absl::StatusOr<Configuration> CommandConfigurationFor(
    const CommandOptions& options);

// Logs lines of at least that level to standard error. (Standard output may
// belong to a protocol.)
LogSink StderrLog(Severity level);

int Replace(const Arguments& arguments);
int Pipe(const Arguments& arguments);
int CheckConfig(const Arguments& arguments);

// Reads Redis and answers as a node would that had read it now.
int Read(const Arguments& arguments, ReadKind kind);
int ListNames(const Arguments& arguments);
// With these among its options.
Command NameListCommand(const CommandParameter& config,
                        const CommandParameter& json,
                        const CommandParameter& names);
int Serve(const Arguments& arguments);
int Check(const Arguments& arguments);
int ShowStatus(const Arguments& arguments);
int ShowTop(const Arguments& arguments);
int ShowStats(const Arguments& arguments);
int ShowNodes(const Arguments& arguments);        // or removes one: --forget
int ShowHealth(const Arguments& arguments);       // of all groups
int ShowGroupHealth(const Arguments& arguments);  // of one
int ShowHealthHistory(const Arguments& arguments);
int ForgetChecker(const Arguments& arguments);
std::vector<Command> SimulationCommands(const CommandParameter& config);
// What one client is answered, or each of many from standard input.
int ExplainAnswers(const Arguments& arguments);
int ListAffinity(const Arguments& arguments);
int ShowAffinity(const Arguments& arguments);
int ShowSnapshot(const Arguments& arguments);
int ExportSnapshot(const Arguments& arguments);
int ShowAudit(const Arguments& arguments);
// Shows the status, and again whenever it changes, until it is interrupted.
int Watch(const Arguments& arguments);

// Probes an address, or all of a group. Fails unless all are up.
int Probe(const Arguments& arguments);

// Writes settings and a file for PowerDNS, checks them, or takes them back.
int Setup(const Arguments& arguments);
// With that option among those that it takes.
Command SetupCommand(const CommandParameter& config);

// Examines a live set-up and prints the findings. Fails if one is a problem.
int Doctor(const Arguments& arguments);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_COMMANDS_H_
