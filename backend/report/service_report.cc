#include "backend/report/service_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/diagnostic_text.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

struct Extent {
  double least = 1;
  double most = 0;
};

// By group. Empty when there are too many rings to count.
std::map<std::string, Extent> CountShares(const Snapshot& snapshot,
                                          int64_t unix_millis) {
  std::map<std::string, Extent> shares;
  if (snapshot.rings.size() > kMaxReportedRings) return shares;
  for (const auto& view : snapshot.rings) {
    for (const auto& [group, slots] :
         hashing::SharesOf(ServiceState(*view, unix_millis))) {
      const double ratio = static_cast<double>(slots) / hashing::kSlots;
      Extent& extent = shares[group];
      extent.least = std::min(extent.least, ratio);
      extent.most = std::max(extent.most, ratio);
    }
  }
  return shares;
}

}  // namespace

ServiceReport ReportService(const Snapshot& snapshot, NodesReport nodes,
                            Diagnostics problems, int64_t unix_millis) {
  ServiceReport report;
  report.zones = snapshot.zones.size();
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic != nullptr) ++report.names;
  }
  const std::map<std::string, Extent> shares =
      CountShares(snapshot, unix_millis);
  for (GroupReport& group : ReportGroups(snapshot, unix_millis)) {
    ServiceGroup entry;
    if (!group.names.empty()) {
      const auto [least, most] = std::minmax_element(
          group.names.begin(), group.names.end(),
          [](const auto& a, const auto& b) { return a.weight < b.weight; });
      entry.least_weight = least->weight;
      entry.most_weight = most->weight;
    }
    const auto share = shares.find(group.group);
    if (share != shares.end()) {
      entry.least_share = share->second.least;
      entry.most_share = share->second.most;
    }
    entry.group = std::move(group);
    report.groups.push_back(std::move(entry));
  }
  report.nodes = std::move(nodes);
  report.problems = std::move(problems);
  return report;
}

namespace {

using nlohmann::ordered_json;

std::string Between(const std::string& least, const std::string& most) {
  return least == most ? least : least + "-" + most;
}

std::string ShareText(const ServiceGroup& group) {
  if (!group.least_share.has_value()) return "";
  return Between(Percent(*group.least_share), Percent(*group.most_share));
}

Cell CountCell(const GroupReport& group, size_t family) {
  if (const size_t disabled = group.members_disabled[family]) {
    return {
        absl::StrFormat("%d of %d", group.addresses[family].size() - disabled,
                        group.addresses[family].size()),
        Tone::kOut};
  }
  if (!group.addresses[family].empty()) {
    return absl::StrFormat("%d", group.addresses[family].size());
  }
  if (group.last_good[family].empty()) return "0";
  return {"empty", Tone::kBad};
}

std::string NodesLine(const NodesReport& report) {
  if (report.nodes.empty()) return "nodes    none is listed\n";
  std::vector<std::string> behind;
  const std::vector<std::string> labels = NodeLabels(report.nodes);
  for (size_t i = 0; i < report.nodes.size(); ++i) {
    const redis::NodeStatus& node = report.nodes[i];
    if (!node.is_up() || node.generation < report.generation) {
      behind.push_back(labels[i] + " " +
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

std::string ServiceText(const ServiceReport& report, Colours colours) {
  std::string text;
  for (const ServiceGroup& entry : report.groups) {
    const GroupReport& group = entry.group;
    const std::string lead = "OUT      " + Printable(group.group, kMaxLine);
    if (!group.intent.IsWhole()) {
      text += lead + " " +
              PaintedStateSentence(group.state, group.intent, colours) + "\n";
    }
    const std::string weightless = WeightlessWords(group);
    if (!weightless.empty()) {
      text += lead + " " + Printable(weightless, kMaxLine) + "\n";
    }
    const std::string disabled = DisabledWords(group);
    if (!disabled.empty()) {
      text += "OUT      " + Printable(disabled, kMaxLine) + "\n";
    }
  }
  for (const Diagnostic& problem : report.problems) {
    text += "problem  " + Printable(ToText(problem), kMaxLine) + "\n";
  }
  if (text.empty()) text = "all groups in service, no problems\n";
  text += absl::StrFormat(
      "serving  %s in %s from %s; %s so far\n", Counted(report.names, "name"),
      Counted(report.zones, "zone"), Counted(report.groups.size(), "group"),
      Counted(report.nodes.generation, "change"));
  text += NodesLine(report.nodes);

  Table table({"GROUP", "STATE", "WEIGHT", "CLIENTS", "A", "AAAA", "NAMES"},
              {2, 3, 4, 5, 6});
  for (const ServiceGroup& entry : report.groups) {
    const GroupReport& group = entry.group;
    table.Add({group.group, ServiceCell(group),
               Between(absl::StrFormat("%d", entry.least_weight),
                       absl::StrFormat("%d", entry.most_weight)),
               ShareText(entry), CountCell(group, 0), CountCell(group, 1),
               absl::StrFormat("%d", group.names.size())});
  }
  text += "\n" + table.Text(0, colours);
  if (!report.nodes.nodes.empty()) text += "\n" + NodesText(report.nodes);
  return text;
}

namespace {

ordered_json ToJson(const ServiceReport& report) {
  ordered_json out = ordered_json::array();
  ordered_json groups = ordered_json::array();
  for (const ServiceGroup& entry : report.groups) {
    const GroupReport& group = entry.group;
    const auto number = [](const std::optional<double>& share) {
      return share.has_value() ? ordered_json(*share) : ordered_json(nullptr);
    };
    if (!OutWords(group).empty()) out.push_back(group.group);
    groups.push_back({{"group", group.group},
                      {"state", StateWords(group.intent)},
                      {"admin_state", ToText(group.intent.admin)},
                      {"kept_share", KeptRatio(group.intent)},
                      {"retained", KeptRatio(group.intent)},
                      {"by", group.state.by},
                      {"reason", group.state.reason},
                      {"since", group.state.since},
                      {"until", group.state.until},
                      {"least_weight", entry.least_weight},
                      {"most_weight", entry.most_weight},
                      {"least_share", number(entry.least_share)},
                      {"most_share", number(entry.most_share)},
                      {"a", group.addresses[0].size()},
                      {"aaaa", group.addresses[1].size()},
                      {"a_disabled", group.members_disabled[0]},
                      {"aaaa_disabled", group.members_disabled[1]},
                      {"names", group.names.size()}});
  }
  return {{"version", kReportVersion},
          {"out", out},
          {"problems", JsonArray(report.problems,
                                 [](const Diagnostic& problem) {
                                   return ToText(problem);
                                 })},
          {"diagnostics", DiagnosticsArray(report.problems)},
          {"zones", report.zones},
          {"names", report.names},
          {"groups", groups},
          {"generation", report.nodes.generation},
          {"nodes", NodesArray(report.nodes)}};
}

}  // namespace

std::string ServiceJson(const ServiceReport& report) {
  return JsonText(ToJson(report));
}

std::string ServiceJsonLine(const ServiceReport& report) {
  return JsonLine(ToJson(report));
}

}  // namespace groupring::backend
