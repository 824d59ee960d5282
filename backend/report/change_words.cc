#include "backend/report/change_words.h"

#include <algorithm>
#include <cstdint>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/change/operands.h"
#include "backend/report/group_words.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::AdminState;
using redis::ChangeKind;

constexpr size_t kShownValue = 60;
constexpr size_t kShownMoves = 6;

std::string Until(int64_t unix_seconds) {
  return unix_seconds == 0 ? "" : " until " + UtcTime(unix_seconds);
}

std::string Words(const GroupNow& group) {
  const redis::Intent intent = IntentOf(group.state, group.unix_millis);
  std::string words = StateWords(intent);
  if (intent.admin != AdminState::kEnabled) words += Until(group.state.until);
  return words;
}

std::string Words(const HealthPaused& health) {
  return health.until == 0 ? "health counts"
                           : "health PAUSED" + Until(health.until);
}

std::string Words(const GroupToBe& group) {
  const redis::GroupState& state = group.state;
  const std::string over = " over " + DurationText(state.duration);
  switch (state.state) {
    case AdminState::kEnabled:
      break;
    case AdminState::kDisabled:
      return "DISABLED" + Until(state.until);
    case AdminState::kDraining:
      return "DRAINING" + over + Until(state.until);
    case AdminState::kFilling:
      return "FILLING" + over + Until(state.until);
  }
  return "in service";
}

std::string Words(const WeightOnRing& on_ring) {
  if (!on_ring.weight.has_value()) return "not on the ring";
  std::string words = absl::StrFormat("weight %d", *on_ring.weight);
  if (on_ring.fills_over != 0) {
    words += ", FILLING over " + DurationText(on_ring.fills_over);
  }
  return words;
}

std::string Words(const RingWeights& ring) {
  std::vector<std::string> words;
  for (const redis::WeightedGroup& group : ring.groups) {
    words.push_back(absl::StrFormat("%s %d", group.name, group.weight));
  }
  return "weights " + absl::StrJoin(words, ", ") +
         (ring.over == 0 ? "" : " over " + DurationText(ring.over));
}

std::string Words(const ConfigValue& config) {
  const std::string& value = config.value;
  const char* is_default = config.is_of_zone   ? " (of the zone)"
                           : config.is_default ? " (default)"
                                               : "";
  if (value.empty()) {
    return absl::StrFormat("%s unset%s", ToText(config.field), is_default);
  }
  const bool is_long = value.size() > kShownValue;
  return absl::StrFormat(
      "%s=%s%s", ToText(config.field),
      Printable(value.substr(0, kShownValue) + (is_long ? "…" : "")),
      is_default);
}

std::string Words(const ConfigValues& values) {
  std::vector<std::string> words;
  words.reserve(values.size());
  for (const ConfigValue& value : values) words.push_back(Words(value));
  return absl::StrJoin(words, ", ");
}

std::string Words(const NoSuchName&) { return "no such name"; }

std::string Words(const NameSummary& name) {
  if (name.groups == 0) {
    return absl::StrFormat("%s, %d A, %d AAAA",
                           name.is_zone ? "zone" : ToText(name.answer),
                           name.addresses[0], name.addresses[1]);
  }
  return absl::StrFormat("%s%s on %d groups", name.is_zone ? "zone, " : "",
                         ToText(name.answer), name.groups);
}

std::string Words(const AddressCounts& addresses) {
  std::string words;
  if (!addresses.added.empty()) {
    words += "added " + absl::StrJoin(addresses.added, " ") + "; ";
  }
  if (!addresses.removed.empty()) {
    words += "removed " + absl::StrJoin(addresses.removed, " ") + "; ";
  }
  return words + absl::StrFormat("%d A, %d AAAA", addresses.counts[0],
                                 addresses.counts[1]);
}

std::string Words(const AddressesOut& addresses) {
  if (addresses.disabled == 0) return "enabled";
  const std::string of =
      addresses.disabled == addresses.all
          ? ""
          : absl::StrFormat("%d of %d ", addresses.disabled, addresses.all);
  return of + "DISABLED" + Until(addresses.until);
}

std::string Words(const Blocked& blocked) {
  if (!blocked.covered_by.empty()) {
    return "still covered by " + absl::StrJoin(blocked.covered_by, ", ");
  }
  return blocked.at.empty() ? "not blocked"
                            : "blocked at " + absl::StrJoin(blocked.at, " ");
}

std::string Words(const DoubtedBy& doubted) {
  return doubted.nodes.empty()
             ? "doubted by no node"
             : "doubted by " + absl::StrJoin(doubted.nodes, ", ");
}

std::string Words(const AcceptedNames& accepted) {
  return Counted(accepted.names, "name") + " accepted";
}

std::string Words(const AffinityCounts& counts) {
  std::string words = counts.entries == 1
                          ? std::string("1 entry")
                          : absl::StrFormat("%d entries", counts.entries);
  if (!counts.label.empty()) {
    words += absl::StrFormat(", %d of %s", counts.of_label, counts.label);
  }
  return words;
}

std::string Words(const DataSize& data) {
  return Counted(data.names, "name") + ", " + Counted(data.groups, "group");
}

}  // namespace

std::string TargetWords(const Change& change) {
  switch (change.kind) {
    case ChangeKind::kGroupEnable:
    case ChangeKind::kGroupDisable:
    case ChangeKind::kGroupDrain:
    case ChangeKind::kGroupFill:
    case ChangeKind::kHealthPause:
    case ChangeKind::kHealthResume:
      return change.group;
    case ChangeKind::kGroupWeight:
      return change.group + " of " + change.name;
    case ChangeKind::kNameAddGroup:
    case ChangeKind::kNameRemoveGroup:
      return change.name + " " + change.group;
    case ChangeKind::kBalance:
    case ChangeKind::kNameSet:
    case ChangeKind::kNameRemove:
      return change.name;
    case ChangeKind::kAddressAdd:
    case ChangeKind::kAddressRemove:
      return change.group.empty() ? change.name : change.group;
    case ChangeKind::kAddressDisable:
    case ChangeKind::kAddressEnable:
      return change.group + " " + change.address;
    case ChangeKind::kAddressBlock:
    case ChangeKind::kAddressUnblock:
      return change.address;
    case ChangeKind::kAffinityAdd:
    case ChangeKind::kAffinityImport:
    case ChangeKind::kAffinityRemove:
      return change.address + (change.label.empty() ? "" : " " + change.label);
    case ChangeKind::kSnapshotAccept:
    case ChangeKind::kSnapshotRestore:
      break;
  }
  return "snapshot";
}

std::string StandingWords(const Standing& standing) {
  return std::visit([](const auto& what) { return Words(what); }, standing);
}

Tone ToneOf(const Standing& standing) {
  if (const auto* now = std::get_if<GroupNow>(&standing)) {
    return ToneOf(IntentOf(now->state, now->unix_millis));
  }
  if (const auto* addresses = std::get_if<AddressesOut>(&standing)) {
    return addresses->disabled == 0 ? Tone::kInService : Tone::kOut;
  }
  if (const auto* to_be = std::get_if<GroupToBe>(&standing)) {
    return ToneOf(redis::Intent{to_be->state.state, 0});
  }
  return Tone::kPlain;
}

// Where it is so: "" for every node.
std::string OnNodes(const Objection& objection) {
  if (objection.nodes.empty()) return "";
  return absl::StrFormat(
      "on %s, where %s out locally, ", absl::StrJoin(objection.nodes, ", "),
      objection.locally_out.size() == 1
          ? objection.locally_out.front() + " is"
          : absl::StrJoin(objection.locally_out, ", ") + " are");
}

// What passes by itself: "" if nothing does.
std::string StillFilling(const Objection& objection) {
  if (objection.filling.empty()) return "";
  return absl::StrFormat(": %s filling until %s",
                         objection.filling.size() == 1
                             ? objection.filling.front() + " is"
                             : absl::StrJoin(objection.filling, ", ") + " are",
                         UtcTime(objection.filled_unix_seconds));
}

std::string ObjectionText(const Objection& objection) {
  const bool counts_others = objection.kind == ObjectionKind::kZoneLost ||
                             objection.kind == ObjectionKind::kOverwrites ||
                             objection.kind == ObjectionKind::kGroupFamilyLost;
  const std::string subject =
      OnNodes(objection) +
      (counts_others || objection.count == 0
           ? objection.subject
           : FirstOf({objection.subject}, objection.count));
  const std::string family =
      objection.of_family ? " for " + std::string(FamilyName(objection.family))
                          : "";
  switch (objection.kind) {
    case ObjectionKind::kNoGroupInService:
      return subject + " would have no group in service" + family;
    case ObjectionKind::kTooManyGroupsOut:
      return absl::StrFormat(
          "%s would have %d groups out of service%s (%s; %s)", subject,
          objection.groups.size(), family,
          absl::StrJoin(objection.groups, ", "),
          objection.already_out.empty()
              ? "none is out yet"
              : absl::StrJoin(objection.already_out, ", ") + " already is");
    case ObjectionKind::kTooLittleWeight:
      return absl::StrFormat(
          "%s would keep %s of its weight in service%s, below %s%s", subject,
          Percent(objection.ratio), family, Percent(objection.limit),
          StillFilling(objection));
    case ObjectionKind::kZoneLost:
      return absl::StrFormat(
          "the zone %s would no longer be served, with %s in it", subject,
          Counted(static_cast<int64_t>(objection.count), "dynamic name"));
    case ObjectionKind::kNameLost:
      return subject + " is answered now and would be no more";
    case ObjectionKind::kNothingToAnswer:
      return subject + " would have nothing to answer";
    case ObjectionKind::kFamilyLost:
      return absl::StrFormat("%s would have no %s address left", subject,
                             FamilyName(objection.family));
    case ObjectionKind::kGroupIsDown:
      return absl::StrFormat(
          "checkers say that %s is down, so it would answer nobody until it is "
          "up (`groupring health show %s`)",
          subject, subject);
    case ObjectionKind::kOverwrites:
      return absl::StrFormat(
          "Redis holds other data: %s would be changed or removed",
          Counted(objection.count, "key"));
    case ObjectionKind::kGroupFamilyLost:
      break;
  }
  return absl::StrFormat("%s would have no %s address left to answer for %s",
                         subject, FamilyName(objection.family),
                         FirstOf(objection.names, objection.count));
}

std::string GroupWord(const std::string& group) {
  return group.empty() ? "nobody" : Printable(group);
}

std::string MovesWords(
    const std::map<std::pair<std::string, std::string>, double>& moves,
    double whole) {
  std::vector<std::pair<double, std::string>> sorted;
  sorted.reserve(moves.size());
  for (const auto& [from_to, moved] : moves) {
    sorted.emplace_back(
        -moved, absl::StrFormat("%s -> %s %s", GroupWord(from_to.first),
                                GroupWord(from_to.second),
                                Percent(whole > 0 ? moved / whole : 0)));
  }
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (size_t i = 0; i < std::min(sorted.size(), kShownMoves); ++i) {
    text += (i == 0 ? ": " : ", ") + sorted[i].second;
  }
  if (sorted.size() > kShownMoves) {
    text += absl::StrFormat(", and %d more", sorted.size() - kShownMoves);
  }
  return text;
}

std::string FirstOf(const std::vector<std::string>& names) {
  return FirstOf(names, 0);
}

std::string FirstOf(const std::vector<std::string>& names, size_t more) {
  more += names.size() - 1;
  if (more == 0) return names.front();
  return absl::StrFormat("%s and %s", names.front(),
                         Counted(static_cast<int64_t>(more), "more name"));
}

}  // namespace groupring::backend
