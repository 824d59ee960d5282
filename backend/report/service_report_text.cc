#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/service_report.h"
#include "backend/report/table.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

std::string Between(const std::string& least, const std::string& most) {
  return least == most ? least : least + "-" + most;
}

std::string ShareText(const ServiceGroup& group) {
  if (!group.least_share.has_value()) return "";
  return Between(Percent(*group.least_share), Percent(*group.most_share));
}

std::string CountText(const GroupReport& group, size_t family) {
  if (!group.addresses[family].empty()) {
    return absl::StrFormat("%d", group.addresses[family].size());
  }
  return group.last_good[family].empty() ? "0" : "empty";
}

std::string OutLine(const GroupReport& group) {
  std::string line = "OUT      " + group.group + " " + group.state;
  if (!group.circumstances.empty()) line += " (" + group.circumstances + ")";
  return Printable(line, kMaxLine) + "\n";
}

std::string NodesLine(const NodesReport& report) {
  if (report.nodes.empty()) return "nodes    none is alive\n";
  std::vector<std::string> behind;
  for (const redis::NodeStatus& node : report.nodes) {
    if (node.silent || node.generation < report.generation) {
      behind.push_back(node.name + " " +
                       ProgressWords(node, report.generation));
    }
  }
  std::string line =
      absl::StrFormat("nodes    %d of %d up to date",
                      report.nodes.size() - behind.size(), report.nodes.size());
  if (!behind.empty()) line += "; " + absl::StrJoin(behind, ", ");
  return Printable(line, kMaxLine) + "\n";
}

}  // namespace

std::string ServiceText(const ServiceReport& report) {
  std::string text;
  for (const ServiceGroup& entry : report.groups) {
    if (entry.group.state != "in service") text += OutLine(entry.group);
  }
  for (const std::string& problem : report.problems) {
    text += "problem  " + Printable(problem, kMaxLine) + "\n";
  }
  if (text.empty()) text = "all groups in service, no problems\n";
  text += absl::StrFormat(
      "serving  %d name%s in %d zone%s from %d group%s; %d change%s so far\n",
      report.names, report.names == 1 ? "" : "s", report.zones,
      report.zones == 1 ? "" : "s", report.groups.size(),
      report.groups.size() == 1 ? "" : "s", report.nodes.generation,
      report.nodes.generation == 1 ? "" : "s");
  text += NodesLine(report.nodes);

  Table table({"GROUP", "STATE", "WEIGHT", "CLIENTS", "A", "AAAA", "NAMES"},
              {2, 3, 4, 5, 6});
  for (const ServiceGroup& entry : report.groups) {
    table.Add({entry.group.group, entry.group.state,
               Between(absl::StrFormat("%d", entry.least_weight),
                       absl::StrFormat("%d", entry.most_weight)),
               ShareText(entry), CountText(entry.group, 0),
               CountText(entry.group, 1),
               absl::StrFormat("%d", entry.group.names.size())});
  }
  text += "\n" + table.Text();
  if (!report.nodes.nodes.empty()) text += "\n" + NodesText(report.nodes);
  return text;
}

namespace {

ordered_json ToJson(const ServiceReport& report) {
  ordered_json groups = ordered_json::array();
  for (const ServiceGroup& entry : report.groups) {
    const auto number = [](const std::optional<double>& share) {
      return share.has_value() ? ordered_json(*share) : ordered_json(nullptr);
    };
    groups.push_back({{"group", entry.group.group},
                      {"state", entry.group.state},
                      {"retained", entry.group.retained},
                      {"by", entry.group.admin.by},
                      {"reason", entry.group.admin.reason},
                      {"since", entry.group.admin.since},
                      {"until", entry.group.admin.until},
                      {"least_weight", entry.least_weight},
                      {"most_weight", entry.most_weight},
                      {"least_share", number(entry.least_share)},
                      {"most_share", number(entry.most_share)},
                      {"a", entry.group.addresses[0].size()},
                      {"aaaa", entry.group.addresses[1].size()},
                      {"names", entry.group.names.size()}});
  }
  std::vector<std::string> out;
  for (const ServiceGroup& entry : report.groups) {
    if (entry.group.state != "in service") out.push_back(entry.group.group);
  }
  ordered_json json = {{"version", kReportVersion},   {"out", out},
                       {"problems", report.problems}, {"zones", report.zones},
                       {"names", report.names},       {"groups", groups}};
  ordered_json nodes = ordered_json::parse(NodesJson(report.nodes));
  json["generation"] = nodes["generation"];
  json["nodes"] = nodes["nodes"];
  return json;
}

}  // namespace

std::string ServiceJson(const ServiceReport& report) {
  return JsonText(ToJson(report));
}

std::string ServiceJsonLine(const ServiceReport& report) {
  return JsonLine(ToJson(report));
}

}  // namespace groupring::backend
