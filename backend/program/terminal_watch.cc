#include "backend/program/terminal_watch.h"

#include <poll.h>
#include <pthread.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "backend/daemon/signals.h"
#include "backend/program/console.h"
#include "backend/program/service_reading.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"
#include "redis/connection/connection.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How soon a key counts.
constexpr milliseconds kGlance{200};

// ECMA-48: to the top left corner; to the end of the line, of the screen.
constexpr const char* kHome = "\033[H";
constexpr const char* kClearLine = "\033[K\n";
constexpr const char* kClearRest = "\033[J";

// Keys count when they are pressed and are not shown, as long as this lives.
class Keyboard {
 public:
  Keyboard() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios single = before_;
    single.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    is_terminal_ = tcsetattr(STDIN_FILENO, TCSANOW, &single) == 0;
  }
  ~Keyboard() { Restore(); }
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;

  void Restore() {
    if (is_terminal_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    is_terminal_ = false;
  }

  // -1: there is none.
  int fd() const { return is_terminal_ ? STDIN_FILENO : -1; }

  // Whether one of the keys pressed since the last time ends the command.
  bool WantsToEnd() {
    pollfd waited{fd(), POLLIN, 0};
    while (is_terminal_ && poll(&waited, 1, 0) > 0) {
      std::array<char, 64> keys;
      const ssize_t count = read(STDIN_FILENO, keys.data(), keys.size());
      if (count <= 0) {
        Restore();  // the terminal is gone
        return false;
      }
      for (ssize_t i = 0; i < count; ++i) {
        const char key = keys[static_cast<size_t>(i)];
        if (key == 'q' || key == 'Q') return true;
      }
    }
    return false;
  }

 private:
  termios before_{};
  bool is_terminal_ = false;
};

class Screen {
 public:
  Screen(ControlSession* session, std::chrono::milliseconds interval)
      : session_(session), interval_(interval) {}

  // `outage`: why Redis cannot be read; empty: it can.
  void Draw(const ServiceReport& report, const std::string& outage) {
    const ScreenSize size = TerminalSize();
    // The cursor stays below, so one row is not used.
    const std::string text =
        ServiceScreen(report, Head(outage), OutputColours(), size.rows - 1);
    if (text == shown_) return;
    shown_ = text;
    Print(kHome + absl::StrReplaceAll(text, {{"\n", kClearLine}}) + kClearRest);
  }

 private:
  std::string Head(const std::string& outage) const {
    const std::string now = UtcTime(session_->clock.UnixMillis() / 1000);
    if (!outage.empty()) return now + "  " + outage;
    return absl::StrFormat(
        "%s  groupring watch, read at least every %d s; q "
        "ends",
        now, interval_.count() / 1000);
  }

  ControlSession* const session_;
  const std::chrono::milliseconds interval_;
  std::string shown_;
};

// As the signal would have, had it not been taken.
[[noreturn]] void EndBy(int signal) {
  std::signal(signal, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(signal);
  _exit(128 + signal);
}

}  // namespace

int WatchOnTerminal(ServiceReport report, std::chrono::milliseconds interval,
                    ControlSession* session) {
  SignalTaker signals({SIGINT, SIGTERM, SIGHUP});
  Keyboard keyboard;
  Screen screen(session, interval);
  std::string outage;
  auto next_read = steady_clock::now() + interval;
  for (;;) {
    screen.Draw(report, outage);
    if (const std::optional<int> signal = signals.Take()) {
      keyboard.Restore();
      EndBy(*signal);
    }
    if (keyboard.WantsToEnd()) return kExitDone;

    bool is_due = steady_clock::now() >= next_read;
    absl::Status status;
    if (outage.empty()) {
      // Ends at once when a command has changed something.
      const auto changes = session->store->AuditAfter("$", kGlance);
      status = changes.status();
      is_due = is_due || (changes.ok() && !changes->empty());
    } else {
      std::array<pollfd, 2> waited = {
          {{keyboard.fd(), POLLIN, 0}, {signals.fd(), POLLIN, 0}}};
      poll(waited.data(), waited.size(), static_cast<int>(kGlance.count()));
    }
    if (status.ok() && is_due) {
      absl::StatusOr<ServiceReport> now = ReadService(session);
      status = now.status();
      if (now.ok()) {
        report = *std::move(now);
        outage.clear();
      }
      next_read = steady_clock::now() + interval;
    }
    if (status.ok()) continue;
    if (!redis::IsConnectionLost(status)) {
      keyboard.Restore();
      return Fail(status);
    }
    if (outage.empty()) {
      outage = absl::StrFormat(
          "Redis is away since %s: %s; below is what was read last; q ends",
          UtcTime(session->clock.UnixMillis() / 1000),
          Printable(std::string(status.message())));
      next_read = steady_clock::now();
    }
  }
}

}  // namespace groupring::backend
