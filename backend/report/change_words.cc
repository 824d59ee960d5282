#include "backend/report/change_words.h"

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

std::string Words(const DataSize& data) {
  return Counted(data.names, "name") + ", " + Counted(data.groups, "group");
}

// "adds 3 names: a, b, c".
std::string Listed(const char* verb, const char* noun,
                   const std::vector<std::string>& names) {
  constexpr size_t kShown = 10;
  const auto end = names.begin() +
                   static_cast<std::ptrdiff_t>(std::min(kShown, names.size()));
  std::string text =
      absl::StrFormat("%s %s: %s", verb, Counted(names.size(), noun),
                      absl::StrJoin(names.begin(), end, ", "));
  if (names.size() > kShown) {
    text += absl::StrFormat(" and %d more", names.size() - kShown);
  }
  return Printable(text, kMaxLine);
}

// "g1 is DISABLED already (by ana@ns1, since …)".
std::string StateAlready(const Change& change) {
  const auto& [state, unix_millis] = std::get<GroupNow>(change.before);
  const std::string circumstances = StateCircumstances(state, unix_millis);
  return absl::StrFormat(
      "%s is %s already%s", Printable(change.group),
      StateWords(state, unix_millis),
      circumstances.empty() ? "" : " (" + Printable(circumstances) + ")");
}

std::string RampGoesOn(const Remark& remark, const Change& change) {
  const int64_t end = change.settled_unix_seconds;
  const int64_t now = std::get<GroupNow>(change.before).unix_millis / 1000;
  return absl::StrFormat(
      "%s of its clients are %s already: the ramp goes on from there and ends "
      "at %s, in %s",
      Percent(remark.ratio),
      change.kind == ChangeKind::kGroupDrain ? "gone" : "back", UtcTime(end),
      DurationText(end - now));
}

std::string RingMates(const Remark& remark, const Change& change) {
  const size_t more = remark.names.size() - 1;
  return absl::StrFormat(
      "%s%s had the same groups and weights: from now on a client may meet "
      "another group there than at %s, unless they get the same change",
      remark.names.front(),
      more == 0 ? "" : absl::StrFormat(" (and %d more names)", more),
      change.name);
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

std::string RemarkText(const Remark& remark, const Change& change) {
  const std::string group = Printable(change.group);
  const std::string& name = change.name;
  switch (remark.kind) {
    case RemarkKind::kNotPaused:
      return "health of " + group + " is not paused";
    case RemarkKind::kNotChecked:
      return group + " is not checked, so nothing of it is withheld anyway";
    case RemarkKind::kStateAlready:
      return StateAlready(change);
    case RemarkKind::kRampEnds:
      return "the ramp ends at " + UtcTime(change.settled_unix_seconds);
    case RemarkKind::kRampGoesOn:
      return RampGoesOn(remark, change);
    case RemarkKind::kDisableSaysMore:
      return absl::StrFormat(
          "`groupring group disable %s` changes when and why it is out", group);
    case RemarkKind::kAnswersNobody:
    case RemarkKind::kNoAddressYet:
      return absl::StrFormat(
          "%s has no address%s, so it answers nobody; `groupring address add "
          "%s IP` gives it some",
          group, remark.kind == RemarkKind::kNoAddressYet ? " yet" : "", group);
    case RemarkKind::kOnNoName:
      return absl::StrFormat(
          "%s is on no name yet; `groupring name add-group NAME %s` puts it on "
          "one",
          group, group);
    case RemarkKind::kWeightAlready:
      return absl::StrFormat("%s has %s at %s already", group,
                             StandingWords(change.before), name);
    case RemarkKind::kMemberAlready:
      return absl::StrFormat("%s is a group of %s already", group, name);
    case RemarkKind::kAnswersFromGroups:
      return absl::StrFormat(
          "%s answers from its groups from now on (ANSWER=%s)", name,
          ToText(redis::AnswerMode::kGroupConsistentHash));
    case RemarkKind::kIgnoresGroups:
      return absl::StrFormat(
          "%s does not answer from its groups: its ANSWER says otherwise; "
          "`groupring name set %s ANSWER=` lets it",
          name, name);
    case RemarkKind::kRingMates:
      return RingMates(remark, change);
    case RemarkKind::kRecordsIgnored:
      return absl::StrFormat(
          "RECORDS takes effect at the apex of a zone only; %s has no SOA",
          name);
    case RemarkKind::kNodataRemembered:
      return absl::StrFormat(
          "when nothing of %s is in service, its clients are told of no "
          "records; resolvers remember that for up to %s, and PowerDNS for its "
          "cache-ttl or negquery-cache-ttl",
          name,
          remark.number == 0 ? std::string("what the SOA of its zone says")
                             : absl::StrFormat("%d s (SOA)", remark.number));
    case RemarkKind::kNodataNeedsPanic0:
      return absl::StrFormat(
          "health is ignored while all is down (`name set %s PANIC=0`: not)",
          name);
    case RemarkKind::kNoGroupsYet:
      return absl::StrFormat(
          "%s has no groups yet; `groupring name add-group %s G` adds one",
          name, name);
    case RemarkKind::kGroupOfSameName:
      return absl::StrFormat("a group is called %s, too; its addresses stay",
                             name);
    case RemarkKind::kAddressThere:
      return absl::StrFormat("%s is in %s already", remark.subject,
                             Printable(TargetWords(change)));
    case RemarkKind::kAddressOutAlready:
      return absl::StrFormat("%s is disabled in %s already", remark.subject,
                             group);
    case RemarkKind::kAddressInAlready:
      return absl::StrFormat("%s is not disabled in %s", remark.subject, group);
    case RemarkKind::kFamilyPasses:
      return absl::StrFormat(
          "%s has no other %s address that is answered: for %s its clients "
          "get the next group of their order",
          group, remark.subject, remark.subject);
    case RemarkKind::kBlockedAlready:
      return absl::StrFormat("%s is blocked at %s already", change.address,
                             absl::StrJoin(remark.names, ", "));
    case RemarkKind::kNodeSeesOtherNames:
      return absl::StrFormat(
          "%s sees %s in its Redis, this one holds %d: it will not take this "
          "for an answer (another Redis, another database, or a change at this "
          "moment?)",
          Printable(remark.subject), Counted(remark.number, "name"),
          std::get<AcceptedNames>(change.after).names);
    case RemarkKind::kSavedAt:
      return "the file holds what was in force at " + UtcTime(remark.number);
    case RemarkKind::kNamesAdded:
      return Listed("adds", "name", remark.names);
    case RemarkKind::kGroupsAdded:
      return Listed("adds", "group", remark.names);
    case RemarkKind::kKeysChanged:
      return Listed("changes", "key", remark.names);
    case RemarkKind::kNamesRemoved:
      return Listed("removes", "name", remark.names);
    case RemarkKind::kHeldAlready:
      return "Redis holds what the file does already";
    case RemarkKind::kUnknownToRazor:
      return absl::StrFormat(
          "pdns-razor does not read %s: where it still runs it answers as "
          "before",
          Printable(absl::StrJoin(remark.names, ", ")));
    case RemarkKind::kNobodyDoubts:
      break;
  }
  return "no node that is alive doubts what Redis holds; --force accepts it "
         "nevertheless, for nodes that cannot write to Redis";
}

std::string ObjectionText(const Objection& objection) {
  const std::string& subject = objection.subject;
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
          "%s would keep %s of its weight in service%s, below %s", subject,
          Percent(objection.ratio), family, Percent(objection.limit));
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
                         FirstOf(objection.names));
}

std::string FirstOf(const std::vector<std::string>& names) {
  if (names.size() == 1) return names.front();
  return absl::StrFormat(
      "%s and %s", names.front(),
      Counted(static_cast<int64_t>(names.size()) - 1, "more name"));
}

}  // namespace groupring::backend
