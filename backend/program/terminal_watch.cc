#include "backend/program/terminal_watch.h"

#include <poll.h>

#include <array>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/daemon/signals.h"
#include "backend/program/console.h"
#include "backend/program/service_reading.h"
#include "backend/program/terminal.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"
#include "redis/connection/connection.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How soon a key counts.
constexpr milliseconds kGlance{200};

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
    picture_.Show(text);
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
  TerminalPicture picture_;
};

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
