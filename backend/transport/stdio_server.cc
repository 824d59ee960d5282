#include "backend/transport/stdio_server.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/protocol/line_session.h"
#include "backend/transport/log_limiter.h"

namespace groupring::backend {
namespace {

constexpr size_t kReadBytes = size_t{64} * 1024;
constexpr size_t kAnswerBytes = size_t{64} * 1024;
constexpr int kLinesLogged = 20;
constexpr std::chrono::seconds kLogInterval{10};

// Whether the call that just failed may succeed if tried again. The
// descriptor may be non-blocking: its open file is shared with others, who
// decide that.
bool MayTryAgain(int fd, short events) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN) return false;
  pollfd waited{fd, events, 0};
  return poll(&waited, 1, -1) >= 0 || errno == EINTR;
}

// false: nobody reads.
bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = write(fd, bytes.data(), bytes.size());
    if (size >= 0) {
      bytes.remove_prefix(static_cast<size_t>(size));
    } else if (!MayTryAgain(fd, POLLOUT)) {
      return false;
    }
  }
  return true;
}

sigset_t OnlySigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

// For as long as it lives, in its own thread: a write to a closed pipe is EPIPE
// and does not end the process. The process' signal handlers stay as they are.
class SigpipeBlock {
 public:
  SigpipeBlock() { pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_); }
  ~SigpipeBlock() {
    // SIGPIPE goes to the thread that writes, where it is pending: it is taken
    // before it would be delivered.
    if (sigismember(&before_, SIGPIPE) == 0) {
      const timespec at_once{};
      while (sigtimedwait(&sigpipe_, nullptr, &at_once) > 0) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeBlock(const SigpipeBlock&) = delete;
  SigpipeBlock& operator=(const SigpipeBlock&) = delete;

 private:
  const sigset_t sigpipe_ = OnlySigpipe();
  sigset_t before_;
};

}  // namespace

void ServeStdio(int in_fd, int out_fd, Handler* handler, const Clock* clock,
                const LogSink& log) {
  const SigpipeBlock no_sigpipe;
  Exchange exchange(handler);
  LineSession session(LineSession::Protocol::kByFirstLine,
                      LineSession::AfterFault::kGoOn, &exchange);
  LogLimiter faults(kLinesLogged, kLogInterval, clock, log);
  std::vector<char> input(kReadBytes);
  std::string output;
  for (;;) {
    const ssize_t size = read(in_fd, input.data(), input.size());
    if (size == 0) return;
    if (size < 0) {
      if (MayTryAgain(in_fd, POLLIN)) continue;
      return;
    }
    std::string_view bytes(input.data(), static_cast<size_t>(size));
    do {
      session.Feed(bytes, kAnswerBytes, &output);
      bytes = {};
      if (const auto fault = session.TakeFault()) {
        faults.Log(Severity::kWarning,
                   absl::StrFormat("answered with an error: %s", *fault));
      }
      if (!WriteAll(out_fd, output)) return;
      output.clear();
      if (session.has_bulk() && !WriteAll(out_fd, session.TakeBulk())) return;
      if (session.waiting()) {
        // There is one peer, and it waits for this answer.
        session.TakeWork()->Make();
        session.EndWait();
      }
    } while (session.HasMore());
  }
}

}  // namespace groupring::backend
