// Remarks on changes, in words: a part of change_words.h.
#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/change/balance.h"
#include "backend/change/operands.h"
#include "backend/report/change_words.h"
#include "backend/report/group_words.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::AdminState;
using redis::ChangeKind;

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

// "questions: g1 wanted 33.3%, has 41.0%, would have 33.4%; …".
std::string BalanceShares(const Remark& remark) {
  constexpr size_t kShown = 20;
  std::string text = remark.kind == RemarkKind::kBalanceShares
                         ? "shares of the questions:"
                         : "no questions have been counted, so all clients "
                           "count alike; shares of them:";
  for (size_t i = 0; i < std::min(kShown, remark.names.size()); ++i) {
    text += absl::StrFormat(
        "%s %s wanted %s, has %s, then %s", i == 0 ? "" : ";",
        Printable(remark.names[i]), Percent(remark.ratios[3 * i]),
        Percent(remark.ratios[3 * i + 1]), Percent(remark.ratios[3 * i + 2]));
  }
  if (remark.names.size() > kShown) {
    text += absl::StrFormat("; and %d more", remark.names.size() - kShown);
  }
  return text + absl::StrFormat("; each then %s %s of its wanted share",
                                remark.ratio <= kBalanceTolerance
                                    ? "within"
                                    : "only within",
                                Percent(remark.ratio));
}

std::string Loads(const Remark& remark) {
  std::vector<std::string> words;
  for (size_t i = 0; i < remark.names.size(); ++i) {
    words.push_back(absl::StrFormat(
        "%s %s, then about %s", Printable(remark.names[i]),
        Percent(remark.ratios[2 * i]), Percent(remark.ratios[2 * i + 1])));
  }
  return "used of their capacity: " + absl::StrJoin(words, "; ") +
         "; sessions that are open stay where they are, so look again when "
         "they have ended";
}

std::string Lump(const Remark& remark) {
  std::string text =
      absl::StrFormat("%s alone asks %s of all questions, and %s has it",
                      Printable(remark.subject), Percent(remark.ratio),
                      Printable(remark.names.front()));
  if (remark.names.size() > 1) {
    std::string others;
    for (size_t i = 1; i < remark.names.size(); ++i) {
      others += (i == 1 ? "" : ", ") + Printable(remark.names[i]);
    }
    text += absl::StrFormat(
        ": the shares could be met only if it were divided between that one "
        "and %s",
        others);
  }
  return text + (remark.kind == RemarkKind::kBalanceLumpOfLabel
                     ? "; spread the label over several keys (label/4)"
                     : "; a subnet is one client to the ring, so it cannot be");
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
    case RemarkKind::kBalanceShares:
    case RemarkKind::kBalanceSharesOfClients:
      return BalanceShares(remark);
    case RemarkKind::kLoads:
      return Loads(remark);
    case RemarkKind::kBalanceLump:
    case RemarkKind::kBalanceLumpOfLabel:
      return Lump(remark);
    case RemarkKind::kBalancedAlready:
      return "the weights are as they should be";
    case RemarkKind::kNoNearerWeights:
      return "no weights were found that come clearly nearer; the weights stay";
    case RemarkKind::kCourseEnds:
      return "the weights were on their way; that ends, and these count for "
             "all clients at once";
    case RemarkKind::kWrittenExactlyBy:
      return "to write exactly these weights: " +
             Printable(remark.subject, kMaxLine);
    case RemarkKind::kUndoneBy:
      return "to undo: " + Printable(remark.subject, kMaxLine);
    case RemarkKind::kRingMates:
      return RingMates(remark, change);
    case RemarkKind::kRecordsIgnored:
      return absl::StrFormat(
          "RECORDS takes effect at the apex of a zone only; %s has no SOA",
          name);
    case RemarkKind::kNodataRemembered:
      return absl::StrFormat(
          "when nothing of %s is in service, its clients are told that it has "
          "no records; resolvers remember that for up to %s after something is "
          "in service again, and PowerDNS before them for its cache-ttl or "
          "negquery-cache-ttl",
          name,
          remark.number == 0 ? std::string("what the SOA of its zone says")
                             : absl::StrFormat("%d s (SOA)", remark.number));
    case RemarkKind::kNodataNeedsPanic0:
      return absl::StrFormat(
          "while checkers say that nearly all of it is down, health is ignored "
          "(PANIC) and addresses go on to be answered; `groupring name set %s "
          "PANIC=0` lets health take out the last",
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
    case RemarkKind::kOtherSchema:
      return absl::StrFormat(
          "%s than this command ([redis] schema): what is planned here may not "
          "be what is answered there",
          Printable(absl::StrJoin(remark.names, ", ")) +
              (remark.names.size() == 1 ? " reads the keys by other rules"
                                        : " read the keys by other rules"));
    case RemarkKind::kUnknownToRazor:
      return absl::StrFormat(
          "pdns-razor does not read %s: where it still runs it answers as "
          "before",
          Printable(absl::StrJoin(remark.names, ", ")));
    case RemarkKind::kLabelledAlready:
      return absl::StrFormat("%s has the label %s already",
                             Printable(remark.subject),
                             Printable(remark.names.front()));
    case RemarkKind::kLabelReplaced:
      return absl::StrFormat("%s has the label %s until now",
                             Printable(remark.subject),
                             Printable(remark.names.front()));
    case RemarkKind::kLabelSpread:
      return absl::StrFormat(
          "%s is spread over %d keys, by the subnet of the client: two of its "
          "networks have the same key, and so certainly meet the same group, "
          "with a chance of 1 in %d only",
          Printable(remark.subject), remark.number, remark.number);
    case RemarkKind::kSourcesOnly:
      return Listed(
          "counts for questions that come from there themselves, not "
          "for subnets that resolvers send on (ECS), as they are "
          "longer than /24 or /48:",
          "network", remark.names);
    case RemarkKind::kNobodyDoubts:
      break;
  }
  return "no node that is alive doubts what Redis holds; --force accepts it "
         "nevertheless, for nodes that cannot write to Redis";
}

}  // namespace groupring::backend
