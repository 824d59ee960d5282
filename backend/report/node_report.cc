#include "backend/report/node_report.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {

std::string ProgressWords(const redis::NodeStatus& node, int64_t generation) {
  if (node.silent) return "silent";
  const int64_t behind = generation - node.generation;
  if (behind <= 0) return "up to date";
  return Counted(behind, "change") + " behind";
}

std::string NodeTrouble(const redis::NodeStatus& node) {
  if (!node.silent) return node.trouble;
  return absl::StrFormat(
      "nothing heard since %s: crashed, hanging, or cut off from Redis",
      UtcTime(node.seen_unix_millis / 1000));
}

std::string NodesText(const NodesReport& report) {
  if (report.nodes.empty()) {
    return "no node is alive: none says so in Redis\n";
  }
  Table table({"NODE", "CHANGES", "SEEN", "SINCE", "NAMES", "GROUPS", "VERSION",
               "TROUBLE"},
              {4, 5});
  for (const redis::NodeStatus& node : report.nodes) {
    const double ago =
        static_cast<double>(report.unix_millis - node.seen_unix_millis) / 1000;
    const bool silent = node.silent;
    table.Add({node.name, ProgressWords(node, report.generation),
               absl::StrFormat("%.1f s ago", ago < 0 ? 0 : ago),
               silent ? "" : UtcTime(node.started_unix_seconds),
               silent ? "" : absl::StrFormat("%d", node.names),
               silent ? "" : absl::StrFormat("%d", node.groups), node.version,
               NodeTrouble(node)});
  }
  return table.Text();
}

nlohmann::ordered_json NodesArray(const NodesReport& report) {
  return JsonArray(report.nodes, [&](const redis::NodeStatus& node) {
    return nlohmann::ordered_json{
        {"node", node.name},
        {"generation", node.generation},
        {"up_to_date", !node.silent && node.generation >= report.generation},
        {"silent", node.silent},
        {"seen", node.seen_unix_millis / 1000},
        {"started", node.started_unix_seconds},
        {"names", node.names},
        {"groups", node.groups},
        {"pid", node.pid},
        {"groupring", node.version},
        {"answers_from", ToText(node.answers_from)},
        {"trouble", NodeTrouble(node)}};
  });
}

std::string NodesJson(const NodesReport& report) {
  return JsonText(Versioned(
      {{"generation", report.generation}, {"nodes", NodesArray(report)}}));
}

}  // namespace groupring::backend
