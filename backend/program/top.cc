// `groupring top`: who asks the node on this host, or another one, most.
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/api/read_commands.h"
#include "backend/change/operands.h"
#include "backend/daemon/signals.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/program/local_node.h"
#include "backend/program/terminal.h"
#include "backend/report/top_report.h"
#include "redis/base/clock.h"
#include "redis/base/printable.h"
#include "redis/base/status_macros.h"
#include "redis/base/words.h"
#include "redis/schema/node_status.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// As much of the text as there is room for: a line that went on in the next row
// would push the first one off the screen.
std::string Within(const std::string& text, size_t rows, size_t columns) {
  std::string shown;
  size_t row = 0;
  size_t column = 0;
  for (const char c : text) {
    if (c == '\n') {
      shown += c;
      if (++row == rows) break;
      column = 0;
      continue;
    }
    // Those that continue a character of UTF-8 take no column.
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) ++column;
    if (column <= columns) shown += c;
  }
  return shown;
}

// Shows what `read` returns, again after each interval. Where it fails, what
// was shown last stays below the reason, as the node may be on its way back.
int ShowOnTerminal(const std::function<absl::StatusOr<std::string>()>& read,
                   std::chrono::seconds interval) {
  absl::StatusOr<std::string> now = read();
  if (!now.ok()) return Fail(now.status());
  std::string table = *std::move(now);
  SignalTaker signals({SIGINT, SIGTERM, SIGHUP});
  Keyboard keyboard;
  TerminalPicture picture;
  std::string trouble;
  for (;;) {
    const std::string time = UtcTime(SystemClock().UnixMillis() / 1000);
    const std::string head =
        trouble.empty()
            ? absl::StrFormat("%s  groupring top, every %d s; q ends", time,
                              interval.count())
            : absl::StrFormat("%s  %s; below is what was read last; q ends",
                              time, trouble);
    const ScreenSize size = TerminalSize();
    // The cursor stays below, so one row is not used.
    picture.Show(Within(absl::StrCat(head, "\n", table),
                        std::max<size_t>(size.rows, 2) - 1, size.columns));

    const auto next = steady_clock::now() + interval;
    while (steady_clock::now() < next) {
      std::array<pollfd, 2> waited = {
          {{keyboard.fd(), POLLIN, 0}, {signals.fd(), POLLIN, 0}}};
      const auto left =
          std::chrono::ceil<milliseconds>(next - steady_clock::now());
      poll(waited.data(), waited.size(),
           static_cast<int>(std::clamp<int64_t>(
               left.count(), 0, std::numeric_limits<int>::max())));
      if (const std::optional<int> signal = signals.Take()) {
        keyboard.Restore();
        EndBy(*signal);
      }
      if (keyboard.WantsToEnd()) return kExitDone;
    }
    now = read();
    trouble = now.ok() ? "" : Printable(std::string(now.status().message()));
    if (now.ok()) table = *std::move(now);
  }
}

// What the node of that name, or "<name>:<instance>", has told in Redis.
absl::StatusOr<NodeTop> ReadNodeTop(const std::string& node, TopBy by,
                                    ControlSession* session) {
  ASSIGN_OR_RETURN(const std::vector<redis::NodeStatus> nodes,
                   session->store->Nodes());
  NodeTop top;
  top.node = node;
  bool is_known = false;
  std::set<std::string> names;
  for (const redis::NodeStatus& each : nodes) {
    names.insert(each.name);
    if (node != each.name && node != redis::NodeMember(each)) continue;
    is_known = true;
    ASSIGN_OR_RETURN(const std::optional<redis::TopRecord> record,
                     session->store->Top(each));
    if (!record) continue;
    const auto report = record->reports.find(std::string(ToText(by)));
    if (report == record->reports.end()) continue;
    absl::StatusOr<TopReport> parsed = ParseTop(report->second);
    if (!parsed.ok()) {
      return absl::Status(
          parsed.status().code(),
          absl::StrFormat("what %s has told %s", Printable(each.name),
                          std::string(parsed.status().message())));
    }
    top.told_unix_millis =
        top.processes.empty()
            ? record->unix_millis
            : std::min(top.told_unix_millis, record->unix_millis);
    top.processes.push_back(*std::move(parsed));
  }
  if (is_known) return top;
  return absl::NotFoundError(absl::StrFormat(
      "--node: no node %s has reported; there %s", Printable(node),
      names.empty() ? "is none"
                    : "are: " + Printable(absl::StrJoin(names, ", "))));
}

absl::StatusOr<std::string> AskRedisForTop(const Arguments& arguments, TopBy by,
                                           size_t limit) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ControlSession> session,
                   OpenSession(ProgramOptions(arguments)));
  ASSIGN_OR_RETURN(const NodeTop top,
                   ReadNodeTop(arguments.Text("--node"), by, session.get()));
  const int64_t now = session->clock.UnixMillis();
  return arguments.Has("--json") ? NodeTopJson(top, by, limit, now)
                                 : NodeTopText(top, by, limit, now);
}

}  // namespace

int ShowTop(const Arguments& arguments) {
  const std::string& by = arguments.Text("--by");
  if (!ParseTopBy(by)) {
    return Fail(absl::InvalidArgumentError(absl::StrFormat(
        "--by: \"%s\" is nothing to go by; expected resolver, subnet, name or "
        "group",
        Printable(by))));
  }
  const std::string& count = arguments.Text("--count");
  const absl::StatusOr<size_t> limit = ParseLimit(count);
  if (!limit.ok()) return Fail(limit.status());
  const auto interval =
      ParseDuration(arguments.Text("--interval"), "--interval");
  if (!interval.ok()) return Fail(interval.status());
  const bool json = arguments.Has("--json");
  const std::string command = absl::StrFormat("top --by %s --limit %s%s", by,
                                              count, json ? " --json" : "");
  const auto read = [&] {
    return arguments.Text("--node").empty()
               ? AskLocalNode(ProgramOptions(arguments), command)
               : AskRedisForTop(arguments, *ParseTopBy(by), *limit);
  };
  if (!json && !arguments.Has("--once") && IsTerminal()) {
    return ShowOnTerminal(read, std::chrono::seconds(*interval));
  }
  const absl::StatusOr<std::string> answer = read();
  if (!answer.ok() && arguments.Text("--node").empty()) {
    return Fail(absl::Status(
        answer.status().code(),
        absl::StrFormat("%s; `groupring top --node NAME` shows what a node has "
                        "told in Redis",
                        std::string(answer.status().message()))));
  }
  if (!answer.ok()) return Fail(answer.status());
  Print(*answer);
  return kExitDone;
}

}  // namespace groupring::backend
