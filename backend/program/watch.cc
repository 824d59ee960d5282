#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "backend/control/operands.h"
#include "backend/program/console.h"
#include "backend/program/outage.h"
#include "backend/program/read_commands.h"
#include "backend/report/group_words.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

// To the top left corner, and clear from there on.
constexpr const char* kRedraw = "\033[H\033[2J";

// Nodes that are behind usually catch up at once.
constexpr milliseconds kCatchUp{250};

milliseconds Patience(const ServiceReport& report, milliseconds interval) {
  const bool behind =
      std::any_of(report.nodes.nodes.begin(), report.nodes.nodes.end(),
                  [&](const redis::NodeStatus& node) {
                    return node.generation < report.nodes.generation;
                  });
  return behind ? std::min(interval, kCatchUp) : interval;
}

// Without the times of heartbeats, which are no news.
std::string Comparable(ServiceReport report) {
  for (redis::NodeStatus& node : report.nodes.nodes) node.seen_unix_millis = 0;
  return ServiceJsonLine(report);
}

void DrawOnTerminal(const ServiceReport& report) {
  Print(kRedraw + ServiceText(report));
}

// Shows what has changed; false when there was nothing to tell.
bool Tell(const ReadOptions& options, const ServiceReport& before,
          const ServiceReport& now, int64_t unix_seconds) {
  if (options.json) {
    if (Comparable(before) == Comparable(now)) return false;
    PrintPlain(ServiceJsonLine(now));
    return true;
  }
  if (IsTerminal()) {
    if (ServiceText(now) != ServiceText(before)) DrawOnTerminal(now);
    return true;
  }
  const std::vector<std::string> news = ServiceNews(before, now);
  for (const std::string& sentence : news) {
    Print(UtcTime(unix_seconds) + " " + sentence + "\n");
  }
  return !news.empty();
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
  if (options.json) {
    PrintPlain(ServiceJsonLine(*before));
  } else if (IsTerminal()) {
    DrawOnTerminal(*before);
  } else {
    Print(ServiceText(*before));
  }
  Outage outage(&session.clock);
  milliseconds patience = Patience(*before, std::chrono::seconds(*interval));
  for (;;) {
    // A command's change ends the wait at once; what is written with
    // redis-cli shows at its end.
    const auto changes = session.store->AuditAfter("$", patience);
    absl::StatusOr<ServiceReport> now =
        changes.ok() ? ReadService(&session)
                     : absl::StatusOr<ServiceReport>(changes.status());
    if (!now.ok()) {
      if (!outage.WaitOut(now.status())) return Fail(now.status());
      continue;
    }
    outage.End();
    patience = Patience(*now, std::chrono::seconds(*interval));
    // A ramp is told of by its tenths: compare with what was told.
    if (Tell(options, *before, *now, session.clock.UnixMillis() / 1000)) {
      before = std::move(now);
    }
  }
}

}  // namespace groupring::backend
