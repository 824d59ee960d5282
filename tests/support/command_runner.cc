#include "tests/support/command_runner.h"

#include <utility>

#include "tests/support/wait_until.h"

namespace groupring::testing {

RunningCommand::RunningCommand(std::vector<std::string> argv)
    : process_({.argv = std::move(argv),
                .log_file = directory_ / "errors",
                .output_file = directory_ / "output"}) {}

std::string RunningCommand::Output() const {
  return ReadFile(directory_ / "output");
}
std::string RunningCommand::Errors() const { return process_.Log(); }

bool RunningCommand::Says(std::string_view text) const {
  return WaitUntil([&] { return Errors().find(text) != std::string::npos; });
}

int RunningCommand::Status() { return process_.Wait().value_or(-1); }

CommandResult CommandRunner::Run(const std::vector<std::string>& words) const {
  return RunCommand(Argv(words));
}

std::unique_ptr<RunningCommand> CommandRunner::Start(
    const std::vector<std::string>& words) const {
  return std::make_unique<RunningCommand>(Argv(words));
}

std::vector<std::string> CommandRunner::Argv(
    const std::vector<std::string>& words) const {
  std::vector<std::string> argv = {GroupringProgram()};
  argv.insert(argv.end(), words.begin(), words.end());
  argv.insert(argv.end(), {"--config", settings_.file()});
  return argv;
}

}  // namespace groupring::testing
