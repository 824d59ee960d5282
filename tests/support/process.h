// A child process that never outlives the test.
#ifndef GROUPRING_TESTS_SUPPORT_PROCESS_H_
#define GROUPRING_TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/wait_until.h"

namespace groupring::testing {

struct ProcessOptions {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH
  std::string log_file = {};      // receives standard error; empty: nobody does
  std::string input_file = {};    // standard input; empty: nothing to read
  std::string output_file = {};   // standard output; empty: to the log, too
  // Connects standard input and output to input_fd() and output_fd() instead.
  bool piped = false;
  // Open in the child as 3, 4, …; they stay the caller's.
  std::vector<int> passed_fds = {};
};

// Not thread-safe. Throws std::runtime_error when the program cannot be run.
// Should the test itself be killed, the kernel kills the child.
class Process {
 public:
  explicit Process(ProcessOptions options);
  ~Process();  // Stop()
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  int input_fd() const { return input_fd_; }    // we write
  int output_fd() const { return output_fd_; }  // we read
  void CloseInput();

  bool Running();
  void Signal(int signal);

  // The exit status, or 128 + the signal that ended it; nothing when it still
  // runs after the limit.
  std::optional<int> Wait(std::chrono::milliseconds limit = kPatience);

  // Asks it to end, insists if need be; its status as from Wait.
  int Stop(int signal = SIGTERM);

  // The process has ended, or is about to, and `pid` goes on in its place with
  // the same log. Requires that children of children become ours
  // (PR_SET_CHILD_SUBREAPER). The status of the one that ended.
  std::optional<int> GoOnAs(pid_t pid);

  // What it has written to its log so far.
  std::string Log() const;

 private:
  ProcessOptions options_;
  pid_t pid_ = -1;
  int input_fd_ = -1;
  int output_fd_ = -1;
  std::optional<int> status_;
};

struct CommandResult {
  int status = 0;
  std::string output;  // standard output
  std::string errors;  // standard error
};

// Runs a program to its end, feeding it `input`.
CommandResult RunCommand(const std::vector<std::string>& argv,
                         std::string_view input = {});

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_PROCESS_H_
