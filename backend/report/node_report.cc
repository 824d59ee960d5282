#include "backend/report/node_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/node_status.h"

namespace groupring::backend {

namespace {

std::string KindWords(redis::NodeKind kind) {
  return kind == redis::NodeKind::kUnknown ? "node" : std::string(ToText(kind));
}

// By how much the host's clock is off; empty: not known.
std::string ClockWords(const redis::NodeStatus& node) {
  if (!node.clock_offset_millis) return node.is_up() ? "unknown" : "";
  // In tenths, as "-0.0" would look like news.
  const int64_t tenths = *node.clock_offset_millis / 100;
  return absl::StrFormat("%+.1f s", static_cast<double>(tenths) / 10);
}

}  // namespace

std::vector<std::string> NodeLabels(
    const std::vector<redis::NodeStatus>& nodes) {
  std::map<std::string, int> count;
  for (const redis::NodeStatus& node : nodes) ++count[node.name];
  std::vector<std::string> labels;
  labels.reserve(nodes.size());
  for (const redis::NodeStatus& node : nodes) {
    labels.push_back(count[node.name] == 1
                         ? node.name
                         : absl::StrFormat("%s (%s, process %d)", node.name,
                                           KindWords(node.kind), node.pid));
  }
  return labels;
}

std::string ForgetOperand(const std::vector<redis::NodeStatus>& nodes,
                          size_t index) {
  const redis::NodeStatus& node = nodes[index];
  const auto same =
      std::count_if(nodes.begin(), nodes.end(),
                    [&](const auto& other) { return other.name == node.name; });
  return same == 1 ? node.name : redis::NodeMember(node);
}

std::string ProgressWords(const redis::NodeStatus& node, int64_t generation) {
  if (!node.is_up()) return std::string(ToText(node.state));
  const int64_t behind = generation - node.generation;
  if (behind <= 0) return "up to date";
  return Counted(behind, "change") + " behind";
}

std::string NodeTrouble(const redis::NodeStatus& node) {
  switch (node.state) {
    case redis::NodeState::kUp:
      return node.trouble;
    case redis::NodeState::kStopped:
      return absl::StrFormat(
          "stopped at %s; started again without Redis, it would answer from "
          "what it saved",
          UtcTime(node.seen_unix_millis / 1000));
    case redis::NodeState::kSilent:
      break;
  }
  return absl::StrFormat(
      "nothing heard since %s: crashed, hanging, or cut off from Redis",
      UtcTime(node.seen_unix_millis / 1000));
}

DiagnosticCode NodeTroubleCode(redis::NodeState state) {
  switch (state) {
    case redis::NodeState::kUp:
      return DiagnosticCode::kNodeTrouble;
    case redis::NodeState::kStopped:
      return DiagnosticCode::kNodeStopped;
    case redis::NodeState::kSilent:
      break;
  }
  return DiagnosticCode::kNodeSilent;
}

Diagnostics NodeProblems(const std::vector<redis::NodeStatus>& nodes) {
  Diagnostics problems;
  const std::vector<std::string> labels = NodeLabels(nodes);
  for (size_t i = 0; i < nodes.size(); ++i) {
    const redis::NodeStatus& node = nodes[i];
    const std::string trouble = NodeTrouble(node);
    if (trouble.empty()) continue;
    Diagnostic problem{Severity::kWarning, NodeTroubleCode(node.state),
                       "node " + labels[i], trouble, ""};
    if (!node.is_up()) {
      if (node.state == redis::NodeState::kSilent) {
        problem.severity = Severity::kError;
      }
      problem.advice =
          "see to it, or once it is certainly down: groupring nodes --forget " +
          ForgetOperand(nodes, i);
    } else if (node.doubting()) {
      problem.severity = Severity::kError;
      problem.code = DiagnosticCode::kLossDoubted;
      problem.advice =
          "put the data back; if it is gone on purpose: groupring snapshot "
          "accept --reason …";
    }
    problems.push_back(std::move(problem));
  }
  return problems;
}

Diagnostics SchemaProblems(const std::vector<redis::NodeStatus>& nodes,
                           redis::Schema here) {
  Diagnostics problems;
  const std::vector<std::string> labels = NodeLabels(nodes);
  for (size_t i = 0; i < nodes.size(); ++i) {
    const redis::NodeStatus& node = nodes[i];
    if (!node.is_up() || !node.schema || *node.schema == here) continue;
    problems.push_back(
        {Severity::kWarning, DiagnosticCode::kNodeTrouble, "node " + labels[i],
         absl::StrFormat("reads the keys by the rules of %s, this command by "
                         "those of %s: it may answer other names than are "
                         "shown here",
                         ToText(*node.schema), ToText(here)),
         "set [redis] schema to the same value on every host"});
  }
  return problems;
}

std::string NodesText(const NodesReport& report, Colours colours) {
  if (report.nodes.empty()) return "no node is listed in Redis\n";
  Table table({"NODE", "KIND", "CHANGES", "SEEN", "NAMES", "GROUPS", "CLOCK",
               "VERSION", "TROUBLE"},
              {4, 5, 6}, {7, 5, 4, 1, 6});
  const std::vector<std::string> labels = NodeLabels(report.nodes);
  for (size_t i = 0; i < report.nodes.size(); ++i) {
    const redis::NodeStatus& node = report.nodes[i];
    const double ago =
        static_cast<double>(report.unix_millis - node.seen_unix_millis) / 1000;
    table.Add({labels[i], std::string(ToText(node.kind)),
               ProgressWords(node, report.generation),
               absl::StrFormat("%.1f s ago", std::max(ago, 0.0)),
               node.is_up() ? absl::StrFormat("%d", node.names) : "",
               node.is_up() ? absl::StrFormat("%d", node.groups) : "",
               ClockWords(node), node.version, NodeTrouble(node)});
  }
  return table.Text(0, colours);
}

nlohmann::ordered_json NodesArray(const NodesReport& report) {
  return JsonArray(report.nodes, [&](const redis::NodeStatus& node) {
    nlohmann::ordered_json cached = nlohmann::ordered_json::object();
    for (const auto& [group, until] : node.cached_until) cached[group] = until;
    nlohmann::ordered_json offset = nullptr;
    if (node.clock_offset_millis) {
      offset = static_cast<double>(*node.clock_offset_millis) / 1000;
    }
    return nlohmann::ordered_json{
        {"node", node.name},
        {"instance", node.instance},
        {"kind", ToText(node.kind)},
        {"host", node.host},
        {"place", node.place},
        {"state", ToText(node.state)},
        {"generation", node.generation},
        {"up_to_date", node.is_up() && node.generation >= report.generation},
        {"silent", node.state == redis::NodeState::kSilent},
        {"seen", node.seen_unix_millis / 1000},
        {"started", node.started_unix_seconds},
        {"schema", node.schema ? nlohmann::ordered_json(ToText(*node.schema))
                               : nlohmann::ordered_json(nullptr)},
        {"names", node.names},
        {"groups", node.groups},
        {"pid", node.pid},
        {"groupring", node.version},
        {"answers_from", ToText(node.answers_from)},
        {"clock_offset_seconds", offset},
        {"cached_until", cached},
        {"trouble", NodeTrouble(node)}};
  });
}

std::string NodesJson(const NodesReport& report) {
  return JsonText(Versioned(
      {{"generation", report.generation}, {"nodes", NodesArray(report)}}));
}

}  // namespace groupring::backend
