#include "tests/support/process.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

struct Pipe {
  Pipe() {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = fds[0];
    write = fds[1];
  }
  int read;
  int write;
};

int Open(const std::string& path, int flags) {
  const std::string file = path.empty() ? "/dev/null" : path;
  const int fd = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) throw std::runtime_error("cannot open " + file);
  return fd;
}

// In the child: only calls that are safe after fork.
[[noreturn]] void Execute(char* const* argv, int in, int out, int log,
                          const std::vector<int>& passed, int failure) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  for (size_t i = 0; i < passed.size(); ++i) {
    ::dup2(passed[i], STDERR_FILENO + 1 + static_cast<int>(i));
  }
  ::execvp(argv[0], argv);
  const int error = errno;
  [[maybe_unused]] const ssize_t n = ::write(failure, &error, sizeof(error));
  ::_exit(127);
}

}  // namespace

Process::Process(ProcessOptions options) : options_(std::move(options)) {
  // A child that is gone shows in its status, not by a signal to the test.
  ::signal(SIGPIPE, SIG_IGN);
  std::vector<char*> argv;
  for (std::string& word : options_.argv) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int log = Open(options_.log_file, O_WRONLY | O_CREAT | O_APPEND);
  const int input = Open(options_.input_file, O_RDONLY);
  const int output = options_.output_file.empty()
                         ? Open(options_.log_file, O_WRONLY | O_APPEND)
                         : Open(options_.output_file, O_WRONLY | O_CREAT);
  std::optional<Pipe> in;
  std::optional<Pipe> out;
  if (options_.piped) {
    in.emplace();
    out.emplace();
  }
  Pipe failure;
  // Out of the way of where they are to be in the child.
  const auto above = [](int fd) { return ::fcntl(fd, F_DUPFD_CLOEXEC, 200); };
  std::vector<int> passed;
  for (const int fd : options_.passed_fds) passed.push_back(above(fd));
  const int failure_write = above(failure.write);

  pid_ = ::fork();
  if (pid_ == 0) {
    Execute(argv.data(), in ? in->read : input, out ? out->write : output, log,
            passed, failure_write);
  }
  ::close(failure_write);
  for (const int fd : passed) ::close(fd);
  ::close(log);
  ::close(input);
  ::close(output);
  ::close(failure.write);
  if (in) {
    ::close(in->read);
    ::close(out->write);
    input_fd_ = in->write;
    output_fd_ = out->read;
  }
  int error = 0;
  const bool failed =
      ::read(failure.read, &error, sizeof(error)) == sizeof(error);
  ::close(failure.read);
  if (pid_ < 0 || failed) {
    const std::string message = "cannot run " + options_.argv[0] + ": " +
                                ::strerror(pid_ < 0 ? errno : error);
    Stop();
    throw std::runtime_error(message);
  }
}

Process::~Process() { Stop(); }

void Process::CloseInput() {
  if (input_fd_ >= 0) ::close(std::exchange(input_fd_, -1));
}

bool Process::Running() {
  return !Wait(std::chrono::milliseconds(0)).has_value();
}

void Process::Signal(int signal) {
  if (pid_ > 0 && !status_) ::kill(pid_, signal);
}

std::optional<int> Process::Wait(std::chrono::milliseconds limit) {
  WaitUntil(
      [this] {
        int status = 0;
        if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
          status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                        : WEXITSTATUS(status);
        }
        return status_.has_value();
      },
      limit);
  return status_;
}

int Process::Stop(int signal) {
  CloseInput();
  if (pid_ > 0 && !status_) {
    Signal(signal);
    // A stopped process does not hear anything else.
    Signal(SIGCONT);
    if (!Wait()) {
      Signal(SIGKILL);
      Wait();
    }
  }
  if (output_fd_ >= 0) ::close(std::exchange(output_fd_, -1));
  return status_.value_or(-1);
}

std::optional<int> Process::GoOnAs(pid_t pid) {
  const std::optional<int> status = Wait();
  pid_ = pid;
  status_.reset();
  return status;
}

std::string Process::Log() const { return ReadFile(options_.log_file); }

CommandResult RunCommand(const std::vector<std::string>& argv,
                         std::string_view input) {
  const TempDirectory scratch;
  Process process({.argv = argv,
                   .log_file = scratch / "errors",
                   .input_file = scratch.Write("input", input),
                   .output_file = scratch / "output"});
  CommandResult result;
  // A command may read all names, beside other tests and not optimised.
  result.status = process.Wait(std::chrono::minutes(1)).value_or(-1);
  result.output = ReadFile(scratch / "output");
  result.errors = process.Log();
  return result;
}

}  // namespace groupring::testing
