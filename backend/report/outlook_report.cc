#include "backend/report/outlook_report.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;
using redis::kFamilies;

struct Cause {
  Code code = Code::kNoGroupInService;
  std::string text;
  std::string advice;
};

// "A", "AAAA" or "A and AAAA".
std::string FamiliesWith(const Outlook& outlook, FamilyOutlook wanted) {
  std::vector<std::string> families;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (outlook.families[f] == wanted) {
      families.emplace_back(FamilyName(static_cast<redis::Family>(f)));
    }
  }
  return absl::StrJoin(families, " and ");
}

Cause NothingThere(const Owner& owner) {
  const std::string name = owner.name.str();
  const redis::AnswerMode mode = owner.dynamic->mode;
  const bool has_groups = !owner.data->groups->empty();
  if (mode == redis::AnswerMode::kGroupConsistentHash) {
    if (!has_groups) {
      return {Code::kNameWithoutGroups, "it has no groups",
              "SADD " + name + ":GROUPS <group> …"};
    }
    return {Code::kNameWithoutAddresses,
            "none of its groups has, or had, an address", "SADD <group>:A …"};
  }
  if (has_groups) {
    return {Code::kNameWithoutAddresses,
            absl::StrFormat("ANSWER is %s, which takes the addresses of %s:A "
                            "and %s:AAAA, and there are none; its groups are "
                            "not used",
                            redis::ToText(mode), name, name),
            "HDEL " + name + ":CONFIG ANSWER, to answer from its groups"};
  }
  return {Code::kNameWithoutAddresses, "it has neither groups nor addresses",
          "SADD " + name + ":GROUPS <group> …, or DEL " + name +
              ":CONFIG if nothing is to be answered there"};
}

Cause Skipped(const Outlook& outlook, const std::string& name) {
  const bool only_aaaa = outlook.families[0] != FamilyOutlook::kSkipped;
  return {Code::kEverythingSkipped,
          absl::StrFormat("skip lists cover each of its %s addresses",
                          FamiliesWith(outlook, FamilyOutlook::kSkipped)),
          absl::StrFormat("take what may be answered off %s:%s:SKIPLIST or "
                          "the skip list of its zone: what they cover is "
                          "never answered, whatever ON_EMPTY says",
                          name, only_aaaa ? "AAAA" : "A")};
}

// What takes the families out of service whose outlook is that one.
TakenOutBy TakenOut(const Outlook& outlook, FamilyOutlook family) {
  TakenOutBy all;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (outlook.families[f] != family) continue;
    const TakenOutBy& one = outlook.taken_out_by[f];
    all.operator_state |= one.operator_state;
    all.disabled_addresses |= one.disabled_addresses;
    all.health |= one.health;
  }
  return all;
}

// Nothing is in service, though there are addresses.
Cause NoGroupInService(const TakenOutBy& by, const std::string& families) {
  std::string text =
      absl::StrFormat("it has no group in service (%s)", families);
  std::vector<std::string> advice;
  if (by.operator_state) {
    advice.emplace_back(
        "groupring group enable …, or give a group a weight above 0");
  }
  if (by.disabled_addresses) {
    if (!by.operator_state && !by.health) {
      text += ": operators have disabled the addresses of each";
    }
    advice.emplace_back("groupring address enable …");
  }
  if (by.health) {
    text += by.operator_state || by.disabled_addresses
                ? ": operators have taken some out, and checkers say that the "
                  "others are down"
                : ": checkers say that each is down";
    advice.emplace_back(
        "repair what `groupring health list` names, or groupring health pause "
        "…, to answer it all the same");
  }
  return {Code::kNoGroupInService, std::move(text),
          absl::StrJoin(advice, "; ")};
}

Cause OutOfService(const DynamicName& dynamic, const Outlook& outlook,
                   const std::string& name, FamilyOutlook family) {
  if (family == FamilyOutlook::kSometimes) {
    return {Code::kNoGroupInService,
            "drains or fills have taken the slots of some clients from each of "
            "its groups",
            "groupring group enable …, or wait until they are over"};
  }
  bool addresses_are_left = false;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (outlook.families[f] == family &&
        outlook.best[f] == redis::Service::kFailOpen) {
      addresses_are_left = true;
    }
  }
  const std::string families = FamiliesWith(outlook, family);
  if (dynamic.ring == kNoRing) {
    return {Code::kLastKnownGood,
            absl::StrFormat("its %s addresses are gone", families),
            "SADD " + name + ":A …"};
  }
  if (addresses_are_left) {
    return {Code::kLastKnownGood,
            absl::StrFormat("no group in service has an address left (%s)",
                            families),
            "SADD <group>:A …, or groupring group enable …"};
  }
  return NoGroupInService(TakenOut(outlook, family), families);
}

Diagnostic Problem(Severity severity, const std::string& name,
                   const std::string& effect, Cause cause) {
  return {severity, cause.code, name, effect + ": " + cause.text,
          std::move(cause.advice)};
}

std::string NoRecords(const Owner& owner) {
  std::string text =
      "is answered with no records (NODATA, as ON_EMPTY is nodata";
  if (owner.zone != nullptr) {
    text += absl::StrFormat(", which resolvers remember for up to %d s",
                            NegativeTtlSeconds(*owner.zone));
  }
  return text + ")";
}

}  // namespace

std::optional<Diagnostic> OutlookProblem(const Owner& owner,
                                         const Outlook& outlook) {
  const std::string name = owner.name.str();
  const DynamicName& dynamic = *owner.dynamic;
  const auto any = [&](FamilyOutlook one) {
    return std::find(outlook.families.begin(), outlook.families.end(), one) !=
           outlook.families.end();
  };
  const FamilyOutlook worst = any(FamilyOutlook::kFallback)
                                  ? FamilyOutlook::kFallback
                                  : FamilyOutlook::kSometimes;
  switch (outlook.name) {
    case NameOutlook::kFails:
      if (any(FamilyOutlook::kFallback)) {
        return Problem(Severity::kError, name,
                       "is not answered (SERVFAIL, as ON_EMPTY is servfail)",
                       OutOfService(dynamic, outlook, name, worst));
      }
      return Problem(Severity::kError, name, "cannot be answered (SERVFAIL)",
                     any(FamilyOutlook::kSkipped) ? Skipped(outlook, name)
                                                  : NothingThere(owner));
    case NameOutlook::kNoRecords:
      return Problem(Severity::kError, name, NoRecords(owner),
                     OutOfService(dynamic, outlook, name, worst));
    case NameOutlook::kLeavesOut:
      return Problem(
          Severity::kError, name,
          absl::StrFormat("is answered without %s, as ON_EMPTY is nodata",
                          FamiliesWith(outlook, FamilyOutlook::kFallback)),
          OutOfService(dynamic, outlook, name, worst));
    case NameOutlook::kFailsSometimes:
      return Problem(Severity::kError, name,
                     "is not answered to some clients (SERVFAIL, as ON_EMPTY "
                     "is servfail)",
                     OutOfService(dynamic, outlook, name, worst));
    case NameOutlook::kFallsBack: {
      const bool for_all = worst == FamilyOutlook::kFallback;
      return Problem(
          for_all ? Severity::kError : Severity::kWarning, name,
          absl::StrFormat("is answered%s from what is out of service or was "
                          "known last",
                          for_all ? "" : " to some clients"),
          OutOfService(dynamic, outlook, name, worst));
    }
    case NameOutlook::kInService:
      break;
  }
  if (!any(FamilyOutlook::kSkipped)) return std::nullopt;
  return Problem(
      Severity::kWarning, name,
      absl::StrFormat("is answered without %s",
                      FamiliesWith(outlook, FamilyOutlook::kSkipped)),
      Skipped(outlook, name));
}

Diagnostics OutlookProblems(const Snapshot& snapshot, int64_t unix_millis,
                            size_t limit) {
  const auto is_before = [](const Diagnostic& a, const Diagnostic& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    return a.subject < b.subject;
  };
  // The first limit + 1, as a heap that begins with the last of them: there may
  // be one for each name.
  Diagnostics problems;
  size_t found = 0;
  ForEachTrouble(snapshot, unix_millis,
                 [&](const Owner& owner, const Outlook& outlook) {
                   auto one = OutlookProblem(owner, outlook);
                   if (!one) return;
                   ++found;
                   problems.push_back(*std::move(one));
                   std::push_heap(problems.begin(), problems.end(), is_before);
                   if (problems.size() <= limit + 1) return;
                   std::pop_heap(problems.begin(), problems.end(), is_before);
                   problems.pop_back();
                 });
  std::sort(problems.begin(), problems.end(), is_before);
  if (found <= limit) return problems;
  const auto more = static_cast<int64_t>(found - limit);
  Diagnostic& next = problems[limit];
  next = {next.severity, next.code, "",
          Counted(more, "more name") + (more == 1 ? " is" : " are") +
              " not answered from what is in service",
          ""};
  return problems;
}

}  // namespace groupring::backend
