#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

#include "backend/change/operands.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/program/follow.h"
#include "backend/program/local_node.h"
#include "backend/program/service_reading.h"
#include "backend/program/terminal_watch.h"
#include "backend/report/audit_report.h"
#include "backend/report/check_line.h"
#include "backend/report/group_words.h"
#include "backend/report/service_report.h"
#include "redis/base/words.h"
#include "redis/connection/connection.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

// How soon to look again while nodes are behind, which usually is not for long.
constexpr milliseconds kCatchUp{250};

milliseconds Patience(const ServiceReport& report, milliseconds interval) {
  const bool behind = std::any_of(
      report.nodes.nodes.begin(), report.nodes.nodes.end(),
      [&](const redis::NodeStatus& node) {
        return node.is_up() && node.generation < report.nodes.generation;
      });
  return behind ? std::min(interval, kCatchUp) : interval;
}

// The report without what each heartbeat changes.
std::string Comparable(ServiceReport report) {
  for (redis::NodeStatus& node : report.nodes.nodes) {
    node.seen_unix_millis = 0;
    node.cached_until.clear();
    if (node.clock_offset_millis) node.clock_offset_millis = 0;
  }
  return ServiceJsonLine(report);
}

// Shows what has changed. Returns false if there was nothing to show.
bool Tell(bool json, const ServiceReport& before, const ServiceReport& now,
          int64_t unix_seconds) {
  if (json) {
    if (Comparable(before) == Comparable(now)) return false;
    Print(ServiceJsonLine(now));
    return true;
  }
  const std::vector<std::string> news = ServiceNews(before, now);
  for (const std::string& sentence : news) {
    Print(UtcTime(unix_seconds) + " " + sentence + "\n");
  }
  return !news.empty();
}

// What the node on this host answers by, where there is one. Returns the exit
// status.
int ShowLocalView(const absl::Status& redis, const Arguments& arguments,
                  bool json) {
  const auto view = AskLocalNode(ProgramOptions(arguments), json);
  if (!view.ok()) {
    const int status = Fail(redis);
    if (!absl::IsNotFound(view.status())) {
      PrintProse("the node on this host does not show what it answers by: " +
                 std::string(view.status().message()));
    }
    return status;
  }
  const std::string why =
      "Redis cannot be reached: " + std::string(redis.message());
  Print(json ? LocalViewJson(why, view) : LocalViewText(why, view));
  return kExitFailed;
}

}  // namespace

int ShowStatus(const Arguments& arguments) {
  const auto session =
      OpenSession(ProgramOptions(arguments), NamesWanted::kAlike);
  const auto report = session.ok()
                          ? ReadService(session->get())
                          : absl::StatusOr<ServiceReport>(session.status());
  if (arguments.Has("--check")) {
    return PrintCheck("status", report.ok() ? CheckService(*report)
                                            : CheckFailed(report.status()));
  }
  const bool json = arguments.Has("--json");
  if (redis::IsConnectionLost(report.status())) {
    return ShowLocalView(report.status(), arguments, json);
  }
  if (!report.ok()) return Fail(report.status());
  std::string text =
      json ? ServiceJson(*report) : ServiceText(*report, OutputColours());
  if (report->names == 0) {
    const auto view = AskLocalNode(ProgramOptions(arguments), json);
    text = json ? WithLocalView(text, view)
                : text + "\n" + LocalViewText("Redis holds no names.", view);
  }
  Print(text);
  return kExitDone;
}

int ShowAudit(const Arguments& arguments) {
  const bool json = arguments.Has("--json");
  const bool follow = arguments.Has("--follow");
  const size_t count =
      std::strtoul(arguments.Text("--count").c_str(), nullptr, 10);
  const auto session = OpenSession(ProgramOptions(arguments));
  if (!session.ok()) return Fail(session.status());
  // The newest entry says where to follow from, even if it is not shown.
  auto entries =
      (*session)->store->Audit(follow ? std::max<size_t>(count, 1) : count);
  if (!entries.ok()) return Fail(entries.status());
  if (!follow) {
    Print(json ? AuditJson(*entries) : AuditText(*entries, OutputColours()));
    return kExitDone;
  }
  const std::string last = entries->empty() ? "0-0" : entries->back().id;
  if (count == 0) entries->clear();
  return FollowEntries(
      *std::move(entries), last,
      [&](const std::string& id, milliseconds wait) {
        return (*session)->store->AuditAfter(id, wait);
      },
      [&](const redis::AuditEntry& entry) {
        Print(json ? AuditJsonLine(entry) : AuditLine(entry, OutputColours()));
      },
      session->get());
}

int Watch(const Arguments& arguments) {
  const bool json = arguments.Has("--json");
  const auto interval =
      ParseDuration(arguments.Text("--interval"), "--interval");
  if (!interval.ok()) return Fail(interval.status());
  const auto opened =
      OpenSession(ProgramOptions(arguments), NamesWanted::kAlike);
  if (!opened.ok()) return Fail(opened.status());
  ControlSession& session = **opened;

  absl::StatusOr<ServiceReport> before = ReadService(&session);
  if (!before.ok()) return Fail(before.status());
  if (!json && IsTerminal()) {
    return WatchOnTerminal(*std::move(before), std::chrono::seconds(*interval),
                           &session);
  }
  Print(json ? ServiceJsonLine(*before) : ServiceText(*before));
  Outage outage(&session.clock);
  milliseconds patience = Patience(*before, std::chrono::seconds(*interval));
  for (;;) {
    // A change by a command ends the wait at once. A change by redis-cli shows
    // when the wait is over.
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
    // Ramps are shown in tenths, so compare with the report that was shown.
    if (Tell(json, *before, *now, session.clock.UnixMillis() / 1000)) {
      before = std::move(now);
    }
  }
}

}  // namespace groupring::backend
