#include "backend/report/check_line.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

Diagnostic Finding(Severity severity, const std::string& message) {
  return {severity, DiagnosticCode::kMalformedValue, "x", message, "mend it"};
}

TEST_CASE("check: the gravest finding decides, and stands first") {
  const PluginResult fine =
      CheckFindings({Finding(Severity::kInfo, "fine")}, "all is well");
  CHECK(fine.state == PluginState::kOk);
  CHECK(fine.text == "all is well");
  const PluginResult warned =
      CheckFindings({Finding(Severity::kWarning, "odd")}, "3 names");
  CHECK(warned.state == PluginState::kWarning);
  CHECK(warned.text == "1 warning: x: odd; 3 names");
  const PluginResult bad = CheckFindings(
      {Finding(Severity::kWarning, "odd"), Finding(Severity::kError, "bad"),
       Finding(Severity::kInfo, "fine"), Finding(Severity::kError, "worse")},
      "3 names");
  CHECK(bad.state == PluginState::kCritical);
  CHECK(bad.text == "2 problems, 1 warning: x: bad; x: worse; x: odd; 3 names");
}

TEST_CASE("check: of many findings the first are told, the rest counted") {
  Diagnostics many(12, Finding(Severity::kWarning, "odd"));
  CHECK(CheckFindings(many, "s").text.ends_with("x: odd; and 7 more; s"));
}

TEST_CASE("check: what was not looked at is nothing wrong") {
  Diagnostic unchecked = Finding(Severity::kInfo, "its answers");
  unchecked.code = DiagnosticCode::kNotChecked;
  CHECK(CheckFindings({unchecked}, "s").state == PluginState::kOk);
}

TEST_CASE("check: one line of bounded length, without performance data") {
  const PluginResult odd = {PluginState::kUnknown,
                            "a | b\nc \x1b[2J" + std::string(5000, 'x') + "\n"};
  const std::string line = CheckLine("status", odd);
  CHECK(line.starts_with("GROUPRING STATUS UNKNOWN - a / b c ?[2Jxxx"));
  CHECK(line.size() < 1100);
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(CheckLine("nodes", {PluginState::kOk, "well \n"}) ==
        "GROUPRING NODES OK - well\n");
}

TEST_CASE("check: the exit statuses of monitoring plugins") {
  CHECK(ExitStatusOf(PluginState::kOk) == 0);
  CHECK(ExitStatusOf(PluginState::kWarning) == 1);
  CHECK(ExitStatusOf(PluginState::kCritical) == 2);
  CHECK(ExitStatusOf(PluginState::kUnknown) == 3);
}

TEST_CASE("check: Redis away is critical, what hinders the check unknown") {
  CHECK(CheckFailed(absl::UnavailableError("refused")).state ==
        PluginState::kCritical);
  CHECK(CheckFailed(absl::DeadlineExceededError("slow")).state ==
        PluginState::kCritical);
  CHECK(CheckFailed(absl::FailedPreconditionError("settings")).state ==
        PluginState::kUnknown);
  CHECK(CheckFailed(absl::PermissionDeniedError("NOPERM")).state ==
        PluginState::kUnknown);
}

TEST_CASE("check: silent checkers are a warning, and a panic is critical") {
  ServiceReport report;
  const PluginState before = CheckService(report).state;
  report.health_troubles = {
      {HealthTroubleKind::kCheckerSilent, "c1", "checker c1 is silent"}};
  const PluginResult silent = CheckService(report);
  CHECK(before != PluginState::kCritical);
  CHECK(silent.state == PluginState::kWarning);
  CHECK(silent.text.find("health: checker c1 is silent") != std::string::npos);
  report.health_troubles.push_back({HealthTroubleKind::kPanic, "", "PANIC"});
  CHECK(CheckService(report).state == PluginState::kCritical);
}

redis::NodeStatus Node(const std::string& name, redis::NodeState state,
                       int64_t generation) {
  redis::NodeStatus node;
  node.name = name;
  node.state = state;
  node.generation = generation;
  return node;
}

TEST_CASE("check: a silent node is critical, one behind or stopped a warning") {
  NodesReport report;
  report.generation = 5;
  CHECK(CheckNodes(report).state == PluginState::kWarning);
  report.nodes = {Node("ns1", redis::NodeState::kUp, 5)};
  CHECK(CheckNodes(report).state == PluginState::kOk);
  CHECK(CheckNodes(report).text == "1 of 1 node up to date");
  report.nodes.push_back(Node("ns2", redis::NodeState::kUp, 3));
  CHECK(CheckNodes(report).text ==
        "1 warning: node ns2: is 2 changes behind; 1 of 2 nodes up to date");
  report.nodes.push_back(Node("ns3", redis::NodeState::kStopped, 5));
  CHECK(CheckNodes(report).state == PluginState::kWarning);
  report.nodes.push_back(Node("ns4", redis::NodeState::kSilent, 5));
  CHECK(CheckNodes(report).state == PluginState::kCritical);
  CHECK(CheckNodes(report).text.starts_with(
      "1 problem, 2 warnings: node ns4: nothing heard since "));
}

}  // namespace
}  // namespace groupring::backend
