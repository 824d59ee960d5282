// Somebody who runs commands of the program against a Redis, and reads what
// they say.
#ifndef GROUPRING_TESTS_SUPPORT_COMMAND_RUNNER_H_
#define GROUPRING_TESTS_SUPPORT_COMMAND_RUNNER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

// A command under way.
class RunningCommand {
 public:
  explicit RunningCommand(std::vector<std::string> argv);

  std::string Output() const;  // standard output so far
  std::string Errors() const;  // standard error so far

  // Waits until it has said so on standard error.
  bool Says(std::string_view text) const;
  // Waits for its end; the exit status, -1 when it does not end.
  int Status();

 private:
  TempDirectory directory_;
  Process process_;
};

class CommandRunner {
 public:
  explicit CommandRunner(const std::string& redis_url) : settings_(redis_url) {}

  // {"group", "disable", "bravo"}
  CommandResult Run(const std::vector<std::string>& words) const;
  std::unique_ptr<RunningCommand> Start(
      const std::vector<std::string>& words) const;

 private:
  std::vector<std::string> Argv(const std::vector<std::string>& words) const;

  GroupringSettings settings_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_COMMAND_RUNNER_H_
