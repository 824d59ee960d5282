#include "backend/report/group_report.h"

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::kFamilies;

void AddDisabled(const redis::GroupData& group, int64_t unix_millis,
                 GroupReport* report) {
  report->disabled = DisabledOf(group, unix_millis);
  if (report->disabled.empty()) return;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (group.withheld[f] == nullptr) continue;
    for (const redis::AddressRange& member : group.addresses[f]->members()) {
      if (!group.withheld[f]->list().LeavesHost(member, unix_millis)) {
        ++report->members_disabled[f];
      }
    }
  }
  const bool by_health = std::any_of(
      report->disabled.begin(), report->disabled.end(), [](const auto& one) {
        return one.entry.cause != redis::WithheldCause::kOperator;
      });
  bool all = true;
  for (size_t f = 0; f < kFamilies; ++f) {
    all = all &&
          report->members_disabled[f] == group.addresses[f]->members().size();
  }
  report->is_down = by_health && all && report->intent.IsWhole();
}

GroupReport Describe(const redis::GroupData& group, int64_t unix_millis) {
  GroupReport report;
  report.group = group.name;
  report.state = StateAt(group, unix_millis);
  report.intent = IntentOf(group, unix_millis);
  for (size_t f = 0; f < kFamilies; ++f) {
    report.addresses[f] = group.addresses[f]->MemberTexts();
    if (group.addresses[f]->empty() && group.last_good[f] != nullptr) {
      report.last_good[f] = group.last_good[f]->MemberTexts();
    }
  }
  AddDisabled(group, unix_millis, &report);
  return report;
}

using GroupMap = std::map<std::string, GroupReport>;

GroupMap Collect(const Snapshot& snapshot, int64_t unix_millis) {
  std::vector<std::vector<std::string>> names_of_ring(snapshot.rings.size());
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic != nullptr && owner->dynamic->ring != kNoRing) {
      names_of_ring[owner->dynamic->ring].push_back(name);
    }
  }
  GroupMap groups;
  for (size_t r = 0; r < snapshot.rings.size(); ++r) {
    const RingView& view = *snapshot.rings[r];
    for (size_t i = 0; i < view.groups.size(); ++i) {
      const redis::GroupData& group = *view.groups[i];
      const uint32_t weight = i < view.ring->size() ? view.ring->weight(i) : 0;
      auto [it, is_new] = groups.try_emplace(group.name, GroupReport());
      if (is_new) it->second = Describe(group, unix_millis);
      for (const std::string& name : names_of_ring[r]) {
        it->second.names.push_back({name, weight, {}});
      }
    }
  }
  return groups;
}

void SortNames(GroupReport* group) {
  std::sort(group->names.begin(), group->names.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

std::vector<GroupReport> Sorted(GroupMap groups) {
  std::vector<GroupReport> sorted;
  for (auto& [name, group] : groups) {
    SortNames(&group);
    sorted.push_back(std::move(group));
  }
  return sorted;
}

}  // namespace

std::vector<GroupReport> ReportGroups(const Snapshot& snapshot,
                                      int64_t unix_millis) {
  return Sorted(Collect(snapshot, unix_millis));
}

GroupReport ReportIdleGroup(const redis::GroupData& group,
                            int64_t unix_millis) {
  return Describe(group, unix_millis);
}

std::string WeightlessWords(const GroupReport& group) {
  std::vector<std::string> names;
  for (const GroupMembership& name : group.names) {
    if (name.weight == 0) names.push_back(name.name);
  }
  if (names.empty()) return "";
  std::string words = "WEIGHT 0 on " + names.front();
  if (names.size() > 1) {
    words +=
        " and " + Counted(static_cast<int64_t>(names.size()) - 1, "more name");
  }
  return words;
}

std::vector<std::string> OutWords(const GroupReport& group) {
  std::vector<std::string> words;
  if (!group.intent.IsWhole()) {
    words.push_back(group.group + " " +
                    StateSentence(group.state, group.intent));
  }
  const std::string weightless = WeightlessWords(group);
  if (!weightless.empty()) words.push_back(group.group + " " + weightless);
  return words;
}

Cell ServiceCell(const GroupReport& group) {
  if (group.is_down) return {"down", Tone::kBad};
  return {StateWords(group.intent), ToneOf(group.intent)};
}

std::string DisabledWords(const GroupReport& group) {
  if (group.disabled.empty()) return "";
  const redis::WithheldAddress& first = group.disabled.front().entry;
  if (group.disabled.size() == 1) {
    const std::string circumstances = DisabledCircumstances(first);
    return group.group + " " + first.range.text + " " +
           std::string(WithheldWord(first.cause)) +
           (circumstances.empty() ? "" : " (" + circumstances + ")");
  }
  constexpr size_t kShown = 3;
  const bool all_alike =
      std::all_of(group.disabled.begin(), group.disabled.end(),
                  [&](const DisabledAddress& one) {
                    return one.entry.cause == first.cause;
                  });
  std::string words = absl::StrFormat(
      "%s %d addresses %s:", group.group, group.disabled.size(),
      all_alike ? WithheldWord(first.cause) : "DISABLED or down");
  for (size_t i = 0; i < std::min(kShown, group.disabled.size()); ++i) {
    words += " " + group.disabled[i].entry.range.text;
  }
  if (group.disabled.size() > kShown) {
    words += absl::StrFormat(" and %d more", group.disabled.size() - kShown);
  }
  return words;
}

std::vector<DisabledAddress> DisabledOf(const redis::GroupData& group,
                                        int64_t unix_millis) {
  std::vector<DisabledAddress> disabled;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (group.withheld[f] == nullptr) continue;
    const redis::SkipList members(group.addresses[f]->members());
    for (const redis::WithheldAddress& entry : group.withheld[f]->entries()) {
      if (!entry.IsInForce(unix_millis)) continue;
      disabled.push_back({entry, !members.LeavesHost(entry.range)});
    }
  }
  return disabled;
}

std::optional<GroupReport> ReportGroup(const Snapshot& snapshot,
                                       std::string_view group,
                                       int64_t unix_millis,
                                       size_t max_counted_rings) {
  auto groups = Collect(snapshot, unix_millis);
  const auto found = groups.find(std::string(group));
  if (found == groups.end()) return std::nullopt;
  GroupReport report = std::move(found->second);
  SortNames(&report);

  std::map<uint32_t, double> share_on_ring;
  for (GroupMembership& membership : report.names) {
    const uint32_t ring = snapshot.FindOwner(membership.name)->dynamic->ring;
    auto share = share_on_ring.find(ring);
    if (share == share_on_ring.end()) {
      if (share_on_ring.size() >= max_counted_rings) continue;
      const auto shares =
          hashing::SharesOf(ServiceState(*snapshot.rings[ring], unix_millis));
      const auto own = shares.find(report.group);
      const double slots =
          own == shares.end() ? 0 : static_cast<double>(own->second);
      share = share_on_ring.emplace(ring, slots / hashing::kSlots).first;
    }
    membership.share = share->second;
  }
  return report;
}

namespace {

using nlohmann::ordered_json;

Cell FamilyCell(const GroupReport& group, size_t f) {
  const size_t disabled = group.members_disabled[f];
  if (disabled != 0) {
    return {absl::StrFormat("%d of %d", group.addresses[f].size() - disabled,
                            group.addresses[f].size()),
            Tone::kOut};
  }
  if (!group.addresses[f].empty()) {
    return absl::StrFormat("%d", group.addresses[f].size());
  }
  if (group.last_good[f].empty()) return "0";
  return {absl::StrFormat("empty (had %d)", group.last_good[f].size()),
          Tone::kBad};
}

ordered_json ToJson(const GroupReport& group) {
  const auto name_to_json = [](const GroupMembership& name) {
    ordered_json entry = {{"name", name.name}, {"weight", name.weight}};
    if (name.share.has_value()) entry["share"] = *name.share;
    return entry;
  };
  const auto disabled_to_json = [](const DisabledAddress& disabled) {
    const redis::WithheldAddress& entry = disabled.entry;
    return ordered_json{{"address", entry.range.text},
                        {"cause", ToText(entry.cause)},
                        {"in_group", disabled.in_group},
                        {"reason", entry.reason},
                        {"by", entry.by},
                        {"since", entry.since},
                        {"until", entry.until}};
  };
  const redis::GroupState& state = group.state;
  return {{"group", group.group},
          {"state", StateWords(group.intent)},
          {"down", group.is_down},
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
          {"disabled", JsonArray(group.disabled, disabled_to_json)},
          {"names", JsonArray(group.names, name_to_json)}};
}

}  // namespace

std::string GroupListText(const std::vector<GroupReport>& groups,
                          Colours colours) {
  Table table({"GROUP", "STATE", "A", "AAAA", "NAMES", "WHY"}, {4});
  for (const GroupReport& group : groups) {
    table.Add({group.group, ServiceCell(group), FamilyCell(group, 0),
               FamilyCell(group, 1), absl::StrFormat("%d", group.names.size()),
               StateCircumstances(group.state, group.intent)});
  }
  return table.Text(0, colours);
}

std::string GroupListJson(const std::vector<GroupReport>& groups) {
  return JsonText(Versioned({{"groups", JsonArray(groups, ToJson)}}));
}

std::string GroupText(const GroupReport& group, Colours colours) {
  std::string text = Printable(group.group, kMaxLine) + ": " +
                     (group.is_down ? Painted("down", Tone::kBad, colours)
                                    : PaintedStateSentence(
                                          group.state, group.intent, colours)) +
                     "\n";
  const std::string empty = Painted("empty", Tone::kBad, colours);
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const char* family = f == 0 ? "A   " : "AAAA";
    if (!group.addresses[f].empty()) {
      text += absl::StrFormat("%s  %s\n", family,
                              absl::StrJoin(group.addresses[f], " "));
    } else if (!group.last_good[f].empty()) {
      text += absl::StrFormat("%s  %s; had %s\n", family, empty,
                              absl::StrJoin(group.last_good[f], " "));
    } else {
      text += absl::StrFormat("%s  %s\n", family, empty);
    }
  }
  for (const DisabledAddress& disabled : group.disabled) {
    const std::string circumstances = DisabledCircumstances(disabled.entry);
    text += absl::StrFormat(
        "OUT   %s %s%s%s\n", Printable(disabled.entry.range.text),
        Painted(std::string(WithheldWord(disabled.entry.cause)), Tone::kOut,
                colours),
        circumstances.empty() ? ""
                              : " (" + Printable(circumstances, kMaxLine) + ")",
        disabled.in_group ? "" : "; it is in no set of the group");
  }
  Table table({"NAME", "WEIGHT", "CLIENTS"}, {1, 2});
  for (const GroupMembership& name : group.names) {
    table.Add({name.name, absl::StrFormat("%d", name.weight),
               name.share.has_value() ? Percent(*name.share) : ""});
  }
  return text + table.Text();
}

std::string GroupJson(const GroupReport& group) {
  return JsonText(Versioned(ToJson(group)));
}

}  // namespace groupring::backend
