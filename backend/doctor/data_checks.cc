#include "backend/doctor/data_checks.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_report.h"
#include "backend/report/group_words.h"
#include "backend/report/outlook_report.h"
#include "backend/snapshot/alike.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;

// Names that are listed one by one.
constexpr size_t kMaxProblems = 100;

void CheckGroup(const GroupReport& group, Diagnostics* findings) {
  if (group.addresses[0]->empty() && group.addresses[1]->empty()) {
    findings->push_back(
        {Severity::kError, Code::kGroupWithoutAddresses, group.group,
         "has no addresses: its clients go to other groups",
         "SADD " + group.group + ":A …, or take it off its names' GROUPS"});
  } else if (!group.intent.IsWhole()) {
    findings->push_back({Severity::kWarning, Code::kGroupTakenOut, group.group,
                         StateSentence(group.state, group.intent),
                         "groupring group enable " + group.group +
                             ", when its upgrade is done"});
  }
  const std::string weightless = WeightlessWords(group);
  if (!weightless.empty()) {
    findings->push_back(
        {Severity::kWarning, Code::kGroupTakenOut, group.group, weightless,
         "HSET <name>:WEIGHTS " + group.group + " <weight>, to put it back"});
  }
}

// A family that some groups have and others lack takes clients of those that
// lack it to two groups at once.
void CheckFamilies(const RingView& view, const std::string& name,
                   Diagnostics* findings) {
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (!view.has_family[f]) continue;
    std::vector<std::string> lacking;
    for (const auto& group : view.groups) {
      const bool has_other = !group->addresses[1 - f]->empty();
      if (group->addresses[f]->empty() && has_other) {
        lacking.push_back(group->name);
      }
    }
    if (lacking.empty()) continue;
    const auto family = FamilyName(static_cast<redis::Family>(f));
    findings->push_back(
        {Severity::kWarning, Code::kUnevenFamilies, name,
         absl::StrFormat("uneven families: %s has no %s, so its clients meet "
                         "another group over that family",
                         absl::StrJoin(lacking, ", "), std::string(family)),
         "give every group of a name both families, or none of them one"});
  }
}

void CheckName(const Snapshot& snapshot, const Owner& owner,
               Diagnostics* findings) {
  const DynamicName& dynamic = *owner.dynamic;
  const std::string name = owner.name.str();
  if (owner.zone == nullptr) {
    findings->push_back(
        {Severity::kWarning, Code::kNameOutsideZones, name,
         "lies in no zone here: PowerDNS asks for it only if another backend "
         "holds its zone",
         "if none does: HSET <zone>:CONFIG SOA … NS …"});
  }
  if (dynamic.ring == kNoRing) return;
  const RingView& view = *snapshot.rings[dynamic.ring];
  if (view.ring->size() == 1) {
    findings->push_back(
        {Severity::kWarning, Code::kSingleGroup, name,
         "has a single group: taking it out leaves nothing to answer with",
         "add a second group"});
  }
  CheckFamilies(view, name, findings);
}

std::string UnreachableWords(redis::Unreachable kind) {
  switch (kind) {
    case redis::Unreachable::kLoopback:
      return "is of the loopback: each client would connect to itself";
    case redis::Unreachable::kThisHost:
      return "is of 0.0.0.0/8, which is no destination";
    case redis::Unreachable::kLinkLocal:
      return "is link-local: no client of another network can connect to it";
    case redis::Unreachable::kReserved:
      return "is of 240.0.0.0/4, which is reserved";
    case redis::Unreachable::kMapped:
      return "is an IPv4 address written as IPv6, which no client can connect "
             "to over IPv6";
  }
  return {};
}

void CheckAddresses(const redis::AddressSet& addresses, Diagnostics* findings) {
  for (const redis::AddressRange& member : addresses.members()) {
    const auto kind = redis::UnreachableKind(member);
    if (!kind) continue;
    findings->push_back({Severity::kWarning, Code::kUnreachableAddress,
                         addresses.key() + ": " + member.text,
                         UnreachableWords(*kind),
                         "SREM " + addresses.key() + " " + member.text});
  }
}

// Each set once, whatever number of names stand on its group.
void CheckAllAddresses(const Snapshot& snapshot,
                       const std::vector<const Owner*>& owners,
                       Diagnostics* findings) {
  std::set<const redis::GroupData*> seen;
  for (const auto& ring : snapshot.rings) {
    for (const auto& group : ring->groups) {
      if (!seen.insert(group.get()).second) continue;
      for (const auto& set : group->addresses) CheckAddresses(*set, findings);
    }
  }
  for (const Owner* owner : owners) {
    if (owner->dynamic->ring != kNoRing) continue;
    for (const auto& set : owner->dynamic->own->addresses) {
      CheckAddresses(*set, findings);
    }
  }
}

}  // namespace

Diagnostics CheckData(const Snapshot& snapshot,
                      const std::vector<std::string>& complaints,
                      int64_t unix_millis, const redis::AlikeNames& alike) {
  Diagnostics findings;
  for (const std::string& complaint : complaints) {
    findings.push_back({Severity::kError, Code::kMalformedValue, "data",
                        complaint,
                        "put the value right; the rest is served meanwhile"});
  }
  for (const std::string& shortcoming : *snapshot.shortcomings) {
    findings.push_back({Severity::kWarning, Code::kNameServerWithoutAddress,
                        "data", shortcoming,
                        "without it resolvers reach the zone only by the "
                        "addresses that the parent zone has of its name "
                        "servers"});
  }
  std::vector<const Owner*> owners;
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic != nullptr) owners.push_back(owner.get());
  }
  std::sort(owners.begin(), owners.end(),
            [](const Owner* a, const Owner* b) { return a->name < b->name; });
  for (const Owner* owner : owners) {
    CheckName(snapshot, *owner, &findings);
  }
  CheckAllAddresses(snapshot, owners, &findings);
  for (Diagnostic& problem :
       OutlookProblems(snapshot, unix_millis, kMaxProblems)) {
    findings.push_back(std::move(problem));
  }
  for (Diagnostic& finding : findings) {
    const auto more = alike.find(finding.subject);
    if (more == alike.end()) continue;
    finding.message += absl::StrFormat(" (and %s like it)",
                                       Counted(more->second, "more name"));
  }
  for (const GroupReport& group : ReportGroups(snapshot, unix_millis)) {
    CheckGroup(group, &findings);
  }
  if (owners.empty()) {
    findings.push_back({Severity::kError, Code::kNoNames, "data",
                        "Redis holds no names",
                        "is this the right Redis and database number?"});
  } else if (findings.empty()) {
    findings.push_back({Severity::kInfo, Code::kDataInOrder, "data",
                        absl::StrFormat("%d names, all with groups in service",
                                        CountDynamicNames(snapshot)),
                        ""});
  }
  return findings;
}

}  // namespace groupring::backend
