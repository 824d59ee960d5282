#include "backend/report/snapshot_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "backend/report/node_report.h"
#include "backend/report/table.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

std::string TimeOrNothing(int64_t unix_millis) {
  return unix_millis == 0 ? "" : UtcTime(unix_millis / 1000);
}

std::string AcceptedLine(const redis::Acceptance& accepted) {
  std::string line = absl::StrFormat("accepted last: %s, at %s",
                                     Counted(accepted.names, "name"),
                                     UtcTime(accepted.unix_millis / 1000));
  if (!accepted.by.empty()) line += " by " + accepted.by;
  if (!accepted.reason.empty()) line += ", \"" + accepted.reason + "\"";
  return Printable(line) + "\n";
}

}  // namespace

std::string SnapshotText(const SnapshotReport& report) {
  std::string text = absl::StrFormat(
      "Redis holds %s and %s; %s so far\n", Counted(report.names, "name"),
      Counted(report.groups, "group"), Counted(report.generation, "change"));
  if (report.accepted.unix_millis != 0) text += AcceptedLine(report.accepted);
  if (report.nodes.empty()) {
    return text + "no node is listed in Redis\n";
  }
  Table table({"NODE", "ANSWERS FROM", "SINCE", "NAMES", "REDIS HOLDS"},
              {3, 4});
  const std::vector<std::string> labels = NodeLabels(report.nodes);
  for (size_t i = 0; i < report.nodes.size(); ++i) {
    const redis::NodeStatus& node = report.nodes[i];
    table.Add(
        {labels[i], std::string(ToText(node.answers_from)),
         TimeOrNothing(node.answers_from_since_unix_millis),
         absl::StrFormat("%d", node.names),
         node.doubting() ? absl::StrFormat("%d", node.doubted_names) : ""});
  }
  absl::StrAppend(&text, "\n", table.Text());
  if (std::any_of(report.nodes.begin(), report.nodes.end(),
                  [](const auto& node) { return node.doubting(); })) {
    text +=
        "\ndoubted: Redis lost what it held, which is not believed; answers go "
        "on from before\nuntil it returns. If the loss is meant: groupring "
        "snapshot accept --reason …\nTo put it back: groupring snapshot "
        "export FILE on such a node, groupring snapshot restore FILE\n";
  }
  return text;
}

std::string SnapshotJson(const SnapshotReport& report) {
  const auto node_to_json = [](const redis::NodeStatus& node) {
    return ordered_json{
        {"node", node.name},
        {"instance", node.instance},
        {"answers_from", ToText(node.answers_from)},
        {"since", node.answers_from_since_unix_millis / 1000},
        {"names", node.names},
        {"doubted_names", node.doubting() ? ordered_json(node.doubted_names)
                                          : ordered_json(nullptr)}};
  };
  ordered_json accepted = nullptr;
  if (report.accepted.unix_millis != 0) {
    accepted = {{"time", report.accepted.unix_millis / 1000},
                {"names", report.accepted.names},
                {"by", report.accepted.by},
                {"reason", report.accepted.reason}};
  }
  return JsonText(
      Versioned({{"names", report.names},
                 {"groups", report.groups},
                 {"generation", report.generation},
                 {"accepted", accepted},
                 {"nodes", JsonArray(report.nodes, node_to_json)}}));
}

}  // namespace groupring::backend
