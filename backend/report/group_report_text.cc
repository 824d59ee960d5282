#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_report.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

std::string FamilyText(const GroupReport& group, size_t f) {
  if (!group.addresses[f].empty()) {
    return absl::StrFormat("%d", group.addresses[f].size());
  }
  return group.last_good[f].empty()
             ? "0"
             : absl::StrFormat("empty (had %d)", group.last_good[f].size());
}

ordered_json ToJson(const GroupReport& group) {
  ordered_json names = ordered_json::array();
  for (const GroupMembership& name : group.names) {
    ordered_json entry = {{"name", name.name}, {"weight", name.weight}};
    if (name.share.has_value()) entry["share"] = *name.share;
    names.push_back(std::move(entry));
  }
  const redis::GroupState& state = group.state;
  return {{"group", group.group},
          {"state", StateWords(group.intent)},
          {"admin_state", ToText(group.intent.admin)},
          {"kept_share", KeptRatio(group.intent)},
          {"retained", KeptRatio(group.intent)},
          {"reason", state.reason},
          {"by", state.by},
          {"since", state.since},
          {"until", state.until},
          {"start", state.start},
          {"duration", state.duration},
          {"a", group.addresses[0]},
          {"aaaa", group.addresses[1]},
          {"last_good_a", group.last_good[0]},
          {"last_good_aaaa", group.last_good[1]},
          {"names", names}};
}

}  // namespace

std::string GroupListText(const std::vector<GroupReport>& groups) {
  Table table({"GROUP", "STATE", "A", "AAAA", "NAMES", "WHY"}, {4});
  for (const GroupReport& group : groups) {
    table.Add({group.group, StateWords(group.intent), FamilyText(group, 0),
               FamilyText(group, 1), absl::StrFormat("%d", group.names.size()),
               StateCircumstances(group.state, group.intent)});
  }
  return table.Text();
}

std::string GroupListJson(const std::vector<GroupReport>& groups) {
  ordered_json list = ordered_json::array();
  for (const GroupReport& group : groups) list.push_back(ToJson(group));
  return JsonText({{"version", kReportVersion}, {"groups", list}});
}

std::string GroupText(const GroupReport& group) {
  std::string text =
      Printable(group.group, kMaxLine) + ": " +
      Printable(StateSentence(group.state, group.intent), kMaxLine) + "\n";
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const char* family = f == 0 ? "A   " : "AAAA";
    if (!group.addresses[f].empty()) {
      text += absl::StrFormat("%s  %s\n", family,
                              absl::StrJoin(group.addresses[f], " "));
    } else if (!group.last_good[f].empty()) {
      text += absl::StrFormat("%s  empty; had %s\n", family,
                              absl::StrJoin(group.last_good[f], " "));
    } else {
      text += absl::StrFormat("%s  empty\n", family);
    }
  }
  Table table({"NAME", "WEIGHT", "CLIENTS"}, {1, 2});
  for (const GroupMembership& name : group.names) {
    table.Add({name.name, absl::StrFormat("%d", name.weight),
               name.share.has_value() ? Percent(*name.share) : ""});
  }
  return text + table.Text();
}

std::string GroupJson(const GroupReport& group) {
  ordered_json json = {{"version", kReportVersion}};
  json.update(ToJson(group));
  return JsonText(json);
}

}  // namespace groupring::backend
