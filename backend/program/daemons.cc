// `groupring serve` and `groupring checker`.
#include "backend/checker/checker_process.h"
#include "backend/daemon/daemon.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"

namespace groupring::backend {

int Serve(const Arguments& arguments) {
  const CommandOptions options = ProgramOptions(arguments);
  DaemonOptions daemon;
  daemon.load_settings = [options] { return SettingsFor(options); };
  daemon.open_log = StderrLog;
  daemon.arguments = {"serve"};
  if (!options.settings_file.empty()) {
    daemon.arguments.insert(daemon.arguments.end(),
                            {"--config", options.settings_file});
  }
  daemon.replace = arguments.Has("--replace");
  const absl::Status ended = RunDaemon(daemon);
  if (ended.ok()) return kExitDone;
  Fail(ended);
  return kExitFailed;
}

int Check(const Arguments& arguments) {
  const CommandOptions options = ProgramOptions(arguments);
  const absl::Status ended =
      RunChecker({[options] { return SettingsFor(options); }, StderrLog});
  if (ended.ok()) return kExitDone;
  Fail(ended);
  return kExitFailed;
}

}  // namespace groupring::backend
