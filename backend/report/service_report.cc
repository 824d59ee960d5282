#include "backend/report/service_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "backend/report/diagnostic_text.h"
#include "backend/report/group_shares.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/load_words.h"
#include "backend/report/table.h"
#include "backend/report/wrap.h"
#include "backend/snapshot/alike.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {

ServiceReport ReportService(const Snapshot& snapshot, NodesReport nodes,
                            Diagnostics problems, int64_t unix_millis,
                            const redis::Measured* measured) {
  ServiceReport report;
  report.unix_millis = unix_millis;
  report.zones = snapshot.zones.size();
  report.names = CountDynamicNames(snapshot);
  const std::map<std::string, GroupShares> shares =
      CountShares(snapshot, unix_millis, measured);
  for (GroupReport& group : ReportGroups(snapshot, unix_millis)) {
    ServiceGroup entry;
    const auto share = shares.find(group.group);
    if (share != shares.end()) entry.shares = share->second;
    entry.group = std::move(group);
    report.groups.push_back(std::move(entry));
  }
  report.courses = RunningCourses(snapshot, unix_millis);
  report.nodes = std::move(nodes);
  report.problems = std::move(problems);
  return report;
}

namespace {

using nlohmann::ordered_json;

std::string Between(const std::string& least, const std::string& most) {
  return least == most ? least : least + "-" + most;
}

Cell CountCell(const GroupReport& group, size_t family) {
  if (const size_t disabled = group.members_disabled[family]) {
    return {
        absl::StrFormat("%d of %d",
                        group.addresses[family]->members().size() - disabled,
                        group.addresses[family]->members().size()),
        Tone::kOut};
  }
  if (!group.addresses[family]->empty()) {
    return absl::StrFormat("%d", group.addresses[family]->members().size());
  }
  if (group.last_good[family] == nullptr) return "0";
  return {"empty", Tone::kBad};
}

std::string NodesLine(const NodesReport& report) {
  if (report.nodes.empty()) return "nodes    none is listed";
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
  return Printable(line, kMaxLine);
}

// Columns of the words that lines begin with.
constexpr size_t kLead = 9;

using Lines = std::vector<std::string>;

void AddWrapped(const std::string& sentence, Colours colours, Lines* lines) {
  for (std::string& line : Wrapped(sentence, colours.width, kLead)) {
    lines->push_back(std::move(line));
  }
}

Lines OutLines(const ServiceReport& report, Colours colours) {
  Lines lines;
  for (const ServiceGroup& entry : report.groups) {
    const GroupReport& group = entry.group;
    const std::string lead = "OUT      " + Printable(group.group, kMaxLine);
    if (!group.intent.IsWhole()) {
      AddWrapped(
          lead + " " + PaintedStateSentence(group.state, group.intent, colours),
          colours, &lines);
    }
    const std::string weightless = WeightlessWords(group);
    if (!weightless.empty()) {
      AddWrapped(lead + " " + Printable(weightless, kMaxLine), colours, &lines);
    }
    const std::string disabled = DisabledWords(group);
    if (!disabled.empty()) {
      AddWrapped("OUT      " + Printable(disabled, kMaxLine), colours, &lines);
    }
  }
  return lines;
}

Lines ProblemLines(const ServiceReport& report, Colours colours) {
  Lines lines;
  for (const Diagnostic& problem : report.problems) {
    AddWrapped("problem  " + Printable(ToText(problem), kMaxLine), colours,
               &lines);
  }
  for (const HealthTrouble& trouble : report.health_troubles) {
    AddWrapped("health   " + Printable(trouble.text, kMaxLine), colours,
               &lines);
  }
  return lines;
}

Lines SummaryLines(const ServiceReport& report, Colours colours) {
  Lines lines;
  for (const RunningCourse& course : report.courses) {
    AddWrapped("weights  " + Printable(CourseWords(course), kMaxLine), colours,
               &lines);
  }
  AddWrapped(absl::StrFormat("serving  %s in %s from %s; %s so far",
                             Counted(report.names, "name"),
                             Counted(report.zones, "zone"),
                             Counted(report.groups.size(), "group"),
                             Counted(report.nodes.generation, "change")),
             colours, &lines);
  AddWrapped(NodesLine(report.nodes), colours, &lines);
  return lines;
}

std::string GroupTable(const ServiceReport& report, Colours colours) {
  const bool counted = std::any_of(
      report.groups.begin(), report.groups.end(),
      [](const ServiceGroup& entry) { return entry.shares.questions; });
  const bool loaded =
      std::any_of(report.groups.begin(), report.groups.end(),
                  [](const ServiceGroup& entry) { return entry.shares.load; });
  std::vector<std::string> titles = {"GROUP", "STATE", "WEIGHT", "CLIENTS"};
  if (counted) titles.emplace_back("QUESTIONS");
  if (loaded) titles.emplace_back("LOAD");
  for (const char* const title : {"A", "AAAA", "NAMES"}) {
    titles.emplace_back(title);
  }
  Table::Columns right;
  for (size_t i = 2; i < titles.size(); ++i) right.push_back(i);
  Table table(titles, right);
  for (const ServiceGroup& entry : report.groups) {
    const GroupReport& group = entry.group;
    std::vector<Cell> cells = {
        group.group, ServiceCell(group),
        Between(absl::StrFormat("%d", entry.group.least_weight),
                absl::StrFormat("%d", entry.group.most_weight)),
        ExtentText(entry.shares.clients)};
    if (counted) cells.emplace_back(ExtentText(entry.shares.questions));
    if (loaded) {
      cells.emplace_back(entry.shares.load
                             ? LoadWords(*entry.shares.load, report.unix_millis)
                             : "");
    }
    cells.push_back(CountCell(group, 0));
    cells.push_back(CountCell(group, 1));
    cells.emplace_back(absl::StrFormat("%d", group.name_count));
    table.Add(std::move(cells));
  }
  return table.Text(0, colours);
}

std::string Joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

std::string ServiceText(const ServiceReport& report, Colours colours) {
  std::string text =
      Joined(OutLines(report, colours)) + Joined(ProblemLines(report, colours));
  if (text.empty()) text = "all groups in service, no problems\n";
  text += Joined(SummaryLines(report, colours));
  text += "\n" + GroupTable(report, colours);
  if (!report.nodes.nodes.empty()) {
    text += "\n" + NodesText(report.nodes, colours);
  }
  return text;
}

std::string ServiceScreen(const ServiceReport& report, const std::string& head,
                          Colours colours, size_t rows) {
  ServiceReport sorted = report;
  std::stable_sort(sorted.problems.begin(), sorted.problems.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return a.severity > b.severity;
                   });
  const auto is_well = [](const ServiceGroup& entry) {
    return OutWords(entry.group).empty() &&
           !(entry.group.addresses[0]->empty() &&
             entry.group.addresses[1]->empty());
  };
  std::stable_partition(
      sorted.groups.begin(), sorted.groups.end(),
      [&](const ServiceGroup& entry) { return !is_well(entry); });
  std::stable_partition(
      sorted.nodes.nodes.begin(), sorted.nodes.nodes.end(),
      [](const redis::NodeStatus& node) { return !NodeTrouble(node).empty(); });

  Lines lines = Wrapped(head, colours.width);
  for (const Lines& part :
       {ProblemLines(sorted, colours), OutLines(sorted, colours)}) {
    lines.insert(lines.end(), part.begin(), part.end());
  }
  if (sorted.problems.empty() && OutLines(sorted, colours).empty()) {
    lines.emplace_back("all groups in service, no problems");
  }
  const Lines summary = SummaryLines(sorted, colours);
  lines.insert(lines.end(), summary.begin(), summary.end());
  std::string rest = "\n" + GroupTable(sorted, colours);
  if (!sorted.nodes.nodes.empty()) {
    rest += "\n" + NodesText(sorted.nodes, colours);
  }
  for (const absl::string_view line :
       absl::StrSplit(absl::StripSuffix(rest, "\n"), '\n')) {
    lines.emplace_back(line);
  }
  if (lines.size() > rows && rows > 0) {
    const size_t hidden = lines.size() - rows + 1;
    lines.resize(rows - 1);
    lines.push_back(
        Shortened(absl::StrFormat("… %s more: groupring status shows all",
                                  Counted(hidden, "line")),
                  colours.width));
  }
  return Joined(lines);
}

namespace {

ordered_json ToJson(const ServiceReport& report) {
  ordered_json out = ordered_json::array();
  ordered_json groups = ordered_json::array();
  for (const ServiceGroup& entry : report.groups) {
    const GroupReport& group = entry.group;
    const std::optional<Extent>& clients = entry.shares.clients;
    const std::optional<Extent>& questions = entry.shares.questions;
    if (!OutWords(group).empty()) out.push_back(group.group);
    groups.push_back(
        {{"group", group.group},
         {"state", StateWords(group.intent)},
         {"admin_state", ToText(group.intent.admin)},
         {"kept_share", KeptRatio(group.intent)},
         {"retained", KeptRatio(group.intent)},
         {"by", group.state.by},
         {"reason", group.state.reason},
         {"since", group.state.since},
         {"until", group.state.until},
         {"least_weight", entry.group.least_weight},
         {"most_weight", entry.group.most_weight},
         {"least_share",
          clients ? ordered_json(clients->least) : ordered_json()},
         {"most_share", clients ? ordered_json(clients->most) : ordered_json()},
         {"a", group.addresses[0]->members().size()},
         {"aaaa", group.addresses[1]->members().size()},
         {"a_disabled", group.members_disabled[0]},
         {"aaaa_disabled", group.members_disabled[1]},
         {"names", group.name_count}});
    if (questions) {
      groups.back()["least_questions"] = questions->least;
      groups.back()["most_questions"] = questions->most;
    }
    if (entry.shares.load) {
      groups.back()["load"] = LoadJson(*entry.shares.load, report.unix_millis);
    }
  }
  return {
      {"version", kReportVersion},
      {"out", out},
      {"problems",
       JsonArray(report.problems,
                 [](const Diagnostic& problem) { return ToText(problem); })},
      {"diagnostics", DiagnosticsArray(report.problems)},
      {"health", JsonArray(report.health_troubles,
                           [](const HealthTrouble& trouble) {
                             return ordered_json{{"code", ToText(trouble.kind)},
                                                 {"checker", trouble.checker},
                                                 {"what", trouble.text}};
                           })},
      {"weight_courses", CoursesJson(report.courses)},
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
