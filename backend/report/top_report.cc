#include "backend/report/top_report.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

std::string GroupName(const TopReport& report, uint32_t number) {
  return number < report.groups.size() ? report.groups[number] : "";
}

// What stands for the asker: of a group its name.
std::string KeyOf(const TopReport& report, const Asker& asker) {
  return report.by == TopBy::kGroup ? GroupName(report, asker.group)
                                    : asker.key;
}

double Ratio(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0
                    : static_cast<double>(part) / static_cast<double>(whole);
}

// Without EDNS Client Subnet nothing is known of who is behind a resolver.
std::string NetworksText(const Asker& asker) {
  if (asker.ecs_ratio == 0) return "unknown";
  if (asker.networks >= WhoAsks::kMostNetworks) {
    return absl::StrFormat("over %.0f", WhoAsks::kMostNetworks);
  }
  return absl::StrFormat("%.0f", asker.networks);
}

}  // namespace

std::string_view ToText(TopBy by) {
  switch (by) {
    case TopBy::kResolver:
      return "resolver";
    case TopBy::kSubnet:
      return "subnet";
    case TopBy::kName:
      return "name";
    case TopBy::kGroup:
      break;
  }
  return "group";
}

std::optional<TopBy> ParseTopBy(std::string_view text) {
  for (const TopBy by : kAllTopBy) {
    if (ToText(by) == text) return by;
  }
  return std::nullopt;
}

std::string TopText(const TopReport& report, Colours colours) {
  const Asked& asked = report.asked;
  if (asked.queries == 0) {
    return "nobody has asked for a dynamic name in the last minutes\n";
  }
  std::string text = absl::StrFormat(
      "%s for dynamic names in the last %s; %s by EDNS Client Subnet%s\n",
      Counted(asked.queries, "question"), Counted(asked.span.count(), "second"),
      Percent(Ratio(asked.by_ecs, asked.queries)),
      asked.samples < asked.queries
          ? absl::StrFormat("; estimated from %s",
                            Counted(asked.samples, "sample"))
          : "");
  const std::string heading =
      absl::AsciiStrToUpper(std::string(ToText(report.by)));
  const bool resolvers = report.by == TopBy::kResolver;
  const bool labels =
      std::any_of(asked.askers.begin(), asked.askers.end(),
                  [](const Asker& asker) { return !asker.label.empty(); });
  std::vector<std::string> headings = {heading, "QUESTIONS", "SHARE", "ECS"};
  if (resolvers) headings.emplace_back("NETWORKS");
  if (labels) {
    headings.emplace_back("LABEL");
    headings.emplace_back("ENTRY");
  }
  if (report.by != TopBy::kGroup) headings.emplace_back("LAST GROUP");
  Table table(headings, resolvers ? std::vector<size_t>{1, 2, 3, 4}
                                  : std::vector<size_t>{1, 2, 3});
  for (const Asker& asker : asked.askers) {
    std::vector<Cell> cells = {
        KeyOf(report, asker), absl::StrFormat("%d", asker.queries),
        Percent(Ratio(asker.queries, asked.queries)), Percent(asker.ecs_ratio)};
    if (resolvers) cells.emplace_back(NetworksText(asker));
    if (labels) {
      cells.emplace_back(asker.label);
      cells.emplace_back(asker.entry);
    }
    if (report.by != TopBy::kGroup) {
      cells.emplace_back(GroupName(report, asker.group));
    }
    table.Add(std::move(cells));
  }
  return text + table.Text(0, colours);
}

namespace {

nlohmann::ordered_json ToJson(const TopReport& report) {
  const Asked& asked = report.asked;
  return Versioned(
      {{"by", ToText(report.by)},
       {"seconds", asked.span.count()},
       {"questions", asked.queries},
       {"samples", asked.samples},
       {"ecs_ratio", Ratio(asked.by_ecs, asked.queries)},
       {"top", JsonArray(asked.askers, [&](const Asker& asker) {
          nlohmann::ordered_json json = {
              {std::string(ToText(report.by)), KeyOf(report, asker)},
              {"questions", asker.queries},
              {"error", asker.error},
              {"share", Ratio(asker.queries, asked.queries)},
              {"ecs_ratio", asker.ecs_ratio}};
          if (report.by == TopBy::kResolver) {
            json["networks"] = asker.ecs_ratio == 0
                                   ? nlohmann::ordered_json(nullptr)
                                   : nlohmann::ordered_json(asker.networks);
          }
          if (report.by == TopBy::kSubnet) {
            json["label"] = asker.label;
            json["affinity_entry"] = asker.entry;
          }
          if (report.by != TopBy::kGroup) {
            json["last_group"] = GroupName(report, asker.group);
          }
          return json;
        })}});
}

}  // namespace

std::string TopJson(const TopReport& report) {
  return JsonText(ToJson(report));
}

std::string TopLine(const TopReport& report) {
  return JsonLine(ToJson(report));
}

}  // namespace groupring::backend
