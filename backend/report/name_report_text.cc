#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/name_report.h"
#include "backend/report/table.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

std::string ModeText(const NameReport& name) {
  return name.mode.has_value() ? std::string(ToText(*name.mode)) : "zone";
}

// "" where the name does not answer from its groups.
std::string StateText(const NameReport& name, const NameGroup& group) {
  if (group.intent.has_value()) return StateWords(*group.intent);
  const bool has_ring = name.mode == redis::AnswerMode::kGroupConsistentHash;
  return has_ring ? "WEIGHT 0" : "";
}

ordered_json ToJson(const NameReport& name) {
  ordered_json groups = ordered_json::array();
  for (const NameGroup& group : name.groups) {
    ordered_json entry = {{"group", group.group},
                          {"weight", group.weight},
                          {"state", StateText(name, group)}};
    if (group.intent.has_value()) {
      entry["admin_state"] = ToText(group.intent->admin);
      entry["kept_share"] = KeptRatio(*group.intent);
    }
    if (group.share.has_value()) entry["share"] = *group.share;
    groups.push_back(std::move(entry));
  }
  ordered_json records = ordered_json::array();
  for (const StaticRecord& record : name.records) {
    records.push_back({{"name", record.owner},
                       {"type", record.type},
                       {"content", record.content},
                       {"ttl_seconds", record.ttl_seconds}});
  }
  ordered_json json = {{"name", name.name},
                       {"zone", name.zone},
                       {"mode", ModeText(name)},
                       {"ttl_seconds", name.config.ttl_seconds},
                       {"answers", name.config.answers},
                       {"on_empty", ToText(name.config.on_empty)},
                       {"groups", groups},
                       {"a", name.addresses[0]},
                       {"aaaa", name.addresses[1]},
                       {"skip_a", name.skipped[0]},
                       {"skip_aaaa", name.skipped[1]}};
  if (!name.records.empty()) json["records"] = records;
  return json;
}

std::string Head(const NameReport& name) {
  if (!name.mode.has_value()) {
    return absl::StrFormat("%s: zone, TTL %d s\n", Printable(name.name),
                           name.config.ttl_seconds);
  }
  return absl::StrFormat(
      "%s: %s, TTL %d s, ANSWERS %d, ON_EMPTY %s, %s\n", Printable(name.name),
      ModeText(name), name.config.ttl_seconds, name.config.answers,
      ToText(name.config.on_empty),
      name.zone.empty() ? "in no zone here" : "zone " + name.zone);
}

std::string RecordsText(const NameReport& name) {
  if (name.records.empty()) return "";
  Table table({"RECORD", "TYPE", "TTL", "CONTENT"}, {2});
  for (const StaticRecord& record : name.records) {
    table.Add({record.owner, record.type,
               absl::StrFormat("%d", record.ttl_seconds), record.content});
  }
  return table.Text();
}

}  // namespace

std::string NameListText(const std::vector<NameReport>& names) {
  Table table({"NAME", "ZONE", "ANSWER", "TTL", "GROUPS", "NOT IN SERVICE"},
              {3, 4});
  for (const NameReport& name : names) {
    std::vector<std::string> out;
    for (const NameGroup& group : name.groups) {
      if (!group.intent.has_value() || !group.intent->IsWhole()) {
        out.push_back(group.group + " " + StateText(name, group));
      }
    }
    table.Add({name.name, name.zone, ModeText(name),
               absl::StrFormat("%d", name.config.ttl_seconds),
               absl::StrFormat("%d", name.groups.size()),
               absl::StrJoin(out, ", ")});
  }
  return table.Text();
}

std::string NameListJson(const std::vector<NameReport>& names) {
  ordered_json list = ordered_json::array();
  for (const NameReport& name : names) list.push_back(ToJson(name));
  return JsonText({{"version", kReportVersion}, {"names", list}});
}

std::string NameText(const NameReport& name) {
  std::string text = Head(name);
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const char* family = f == 0 ? "A   " : "AAAA";
    if (!name.addresses[f].empty()) {
      text += absl::StrFormat("%s  %s\n", family,
                              absl::StrJoin(name.addresses[f], " "));
    }
  }
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (name.skipped[f].empty()) continue;
    text += absl::StrFormat("never answered: %s\n",
                            absl::StrJoin(name.skipped[f], " "));
  }
  text += RecordsText(name);
  if (name.groups.empty()) return text;
  Table table({"GROUP", "STATE", "WEIGHT", "CLIENTS"}, {2, 3});
  for (const NameGroup& group : name.groups) {
    table.Add({group.group, StateText(name, group),
               absl::StrFormat("%d", group.weight),
               group.share.has_value() ? Percent(*group.share) : ""});
  }
  return text + table.Text();
}

std::string NameJson(const NameReport& name) {
  ordered_json json = {{"version", kReportVersion}};
  json.update(ToJson(name));
  return JsonText(json);
}

}  // namespace groupring::backend
