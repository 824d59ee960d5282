#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "backend/control/operands.h"
#include "backend/doctor/data_checks.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/report/audit_report.h"
#include "backend/report/group_words.h"
#include "backend/report/service_report.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

// How long one look for new audit entries may take.
constexpr milliseconds kFollow{60000};
// How long it may take while it is only asked whether Redis is back.
constexpr milliseconds kGlance{10};
// Between two such looks.
constexpr milliseconds kPause{500};

// Redis away while a command goes on. Says when Redis goes away and when it is
// back, once each.
class Outage {
 public:
  explicit Outage(const Clock* clock) : clock_(clock) {}

  // Lets a moment pass; false at once for an error that time does not mend.
  bool WaitOut(const absl::Status& status) {
    if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) {
      return false;
    }
    if (since_ == 0) {
      since_ = clock_->UnixMillis() / 1000;
      PrintProse(UtcTime(since_) + " Redis is away: " +
                 std::string(status.message()) + "; waiting for it\n");
    }
    std::this_thread::sleep_for(kPause);
    return true;
  }

  bool is_on() const { return since_ != 0; }

  // Redis answers.
  void End() {
    if (since_ == 0) return;
    since_ = 0;
    PrintProse(UtcTime(clock_->UnixMillis() / 1000) + " Redis is back\n");
  }

 private:
  const Clock* const clock_;
  int64_t since_ = 0;  // unix seconds; 0: it is not away
};

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
bool Tell(bool json, const ServiceReport& before, const ServiceReport& now,
          int64_t unix_seconds) {
  if (json) {
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

absl::StatusOr<ServiceReport> ReadService(ControlSession* session) {
  const absl::StatusOr<Reading> reading = ReadEverything(session);
  if (!reading.ok()) return reading.status();
  auto nodes = ReadNodes(reading->dataset.generation, session);
  if (!nodes.ok()) return nodes.status();
  std::vector<std::string> problems;
  for (const Finding& finding : CheckData(
           *reading->snapshot, session->complaints, reading->unix_millis)) {
    if (finding.level == Finding::Level::kOk) continue;
    // An operator's will is no problem; it is listed as such.
    if (finding.what.rfind("DISABLED", 0) == 0 ||
        finding.what.rfind("DRAINING", 0) == 0 ||
        finding.what.rfind("FILLING", 0) == 0) {
      continue;
    }
    problems.push_back(finding.about + ": " + finding.what + "; " +
                       finding.advice);
  }
  for (const redis::NodeStatus& node : nodes->nodes) {
    const std::string trouble = NodeTrouble(node);
    if (!trouble.empty())
      problems.push_back("node " + node.name + ": " + trouble);
  }
  return ReportService(*reading->snapshot, reading->dataset, *std::move(nodes),
                       std::move(problems), reading->unix_millis);
}

// Shows the entries, and then new ones for as long as it is let.
int FollowAudit(std::vector<redis::AuditEntry> entries, std::string last,
                bool json, ControlSession* session) {
  Outage outage(&session->clock);
  for (;;) {
    for (const redis::AuditEntry& entry : entries) {
      PrintReport(json ? AuditJsonLine(entry) : AuditLine(entry), json);
    }
    auto more =
        session->store->AuditAfter(last, outage.is_on() ? kGlance : kFollow);
    entries.clear();
    if (!more.ok()) {
      if (!outage.WaitOut(more.status())) return Fail(more.status());
      continue;
    }
    outage.End();
    entries = *std::move(more);
    if (!entries.empty()) last = entries.back().id;
  }
}

}  // namespace

int ShowStatus(const Arguments& arguments) {
  const auto session = OpenSession(ProgramOptions(arguments));
  if (!session.ok()) return Fail(session.status());
  const auto report = ReadService(session->get());
  if (!report.ok()) return Fail(report.status());
  const bool json = arguments.Has("--json");
  PrintReport(json ? ServiceJson(*report) : ServiceText(*report), json);
  return kExitDone;
}

int ShowAudit(const Arguments& arguments) {
  const bool json = arguments.Has("--json");
  const bool follow = arguments.Has("--follow");
  const size_t count =
      std::strtoul(arguments.Text("--count").c_str(), nullptr, 10);
  const auto session = OpenSession(ProgramOptions(arguments));
  if (!session.ok()) return Fail(session.status());
  // The newest says where to go on from even if it is not shown.
  auto entries =
      (*session)->store->Audit(follow ? std::max<size_t>(count, 1) : count);
  if (!entries.ok()) return Fail(entries.status());
  if (!follow) {
    PrintReport(json ? AuditJson(*entries) : AuditText(*entries), json);
    return kExitDone;
  }
  const std::string last = entries->empty() ? "0-0" : entries->back().id;
  if (count == 0) entries->clear();
  return FollowAudit(*std::move(entries), last, json, session->get());
}

int Watch(const Arguments& arguments) {
  const bool json = arguments.Has("--json");
  const auto interval =
      ParseDuration(arguments.Text("--interval"), "--interval");
  if (!interval.ok()) return Fail(interval.status());
  const auto opened = OpenSession(ProgramOptions(arguments));
  if (!opened.ok()) return Fail(opened.status());
  ControlSession& session = **opened;

  absl::StatusOr<ServiceReport> before = ReadService(&session);
  if (!before.ok()) return Fail(before.status());
  if (json) {
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
    if (Tell(json, *before, *now, session.clock.UnixMillis() / 1000)) {
      before = std::move(now);
    }
  }
}

}  // namespace groupring::backend
