#include <chrono>
#include <string>

#include "backend/control/operands.h"
#include "backend/program/console.h"
#include "backend/program/read_commands.h"
#include "backend/report/group_words.h"

namespace groupring::backend {
namespace {

// To the top left corner, and clear from there on.
constexpr const char* kRedraw = "\033[H\033[2J";

void Draw(const ReadOptions& options, const ServiceReport& report) {
  if (options.json) {
    PrintPlain(ServiceJson(report));
  } else {
    Print((IsTerminal() ? kRedraw : "") + ServiceText(report));
  }
}

}  // namespace

int Watch(const ReadOptions& options, const std::string& interval_text) {
  const auto interval = ParseDuration(interval_text, "--interval");
  if (!interval.ok()) return Fail(interval.status());
  const auto opened = OpenSession(options.program);
  if (!opened.ok()) return Fail(opened.status());
  ControlSession& session = **opened;

  absl::StatusOr<ServiceReport> before = ReadService(&session);
  if (!before.ok()) return Fail(before.status());
  Draw(options, *before);
  for (;;) {
    // A command's change ends the wait at once; what is written with
    // redis-cli shows at its end.
    const auto changes =
        session.store->AuditAfter("$", std::chrono::seconds(*interval));
    if (!changes.ok()) return Fail(changes.status());
    absl::StatusOr<ServiceReport> now = ReadService(&session);
    if (!now.ok()) return Fail(now.status());
    const std::vector<std::string> news = ServiceNews(*before, *now);
    if (IsTerminal() || options.json) {
      if (ServiceText(*now) != ServiceText(*before)) Draw(options, *now);
    } else {
      const std::string time = UtcTime(session.clock.UnixMillis() / 1000);
      for (const std::string& sentence : news) {
        Print(time + " " + sentence + "\n");
      }
    }
    // A ramp is told of by its tenths: compare with what was told.
    if (IsTerminal() || options.json || !news.empty()) before = std::move(now);
  }
}

}  // namespace groupring::backend
