#include "backend/report/explanation.h"

#include <array>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_words.h"
#include "backend/report/name_report.h"
#include "backend/resolver/client.h"
#include "backend/resolver/group_choice.h"
#include "hashing/subnet_key.h"
#include "redis/base/dns_name.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::kFamilies;

std::string SourceName(KeySource source) {
  switch (source) {
    case KeySource::kSubnet:
      return "client subnet";
    case KeySource::kResolver:
      return "resolver";
    case KeySource::kNobody:
      return "nobody";
  }
  return "nobody";
}

std::string HowName(redis::Service service) {
  switch (service) {
    case redis::Service::kNone:
      break;
    case redis::Service::kInService:
      return "in service";
    case redis::Service::kFailOpen:
    case redis::Service::kLastResort:
      return "last known good";
  }
  return "none";
}

using Decided = std::array<bool, kFamilies>;

// Why a group of the order did not decide every family that was still open.
std::string PassedOver(const RingView& view, const GroupVisit& visit,
                       const Decided& decided_before) {
  if (!visit.keeps_slot) {
    if (visit.intent.admin == redis::AdminState::kDisabled) return "disabled";
    return "this slot is not among those it keeps now";
  }
  std::vector<std::string> lacking;
  bool any_open = false;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (!view.has_family[f] || decided_before[f]) continue;
    any_open = true;
    if (visit.data[f] != redis::AddressData::kPresent) {
      lacking.emplace_back(FamilyName(static_cast<Family>(f)));
    }
  }
  if (!any_open) return "not reached: a group before it answers";
  if (lacking.empty()) return "";
  return "no " + absl::StrJoin(lacking, " and no ") + " in service";
}

ExplainedFamily ExplainFamily(const DynamicName& name, size_t f,
                              const redis::AddressSet* set, std::string group,
                              redis::Service service) {
  ExplainedFamily family;
  family.family = std::string(FamilyName(static_cast<Family>(f)));
  family.group = std::move(group);
  family.how = HowName(service);
  if (set == nullptr) return family;
  for (const redis::AddressRange& member : set->members()) {
    if (name.skip[f]->LeavesHost(member)) {
      family.candidates.push_back(member.text);
    } else {
      ++family.skipped;
    }
  }
  return family;
}

void ExplainRing(const Snapshot& snapshot, const DynamicName& name,
                 int64_t unix_millis, Explanation* explanation) {
  const RingView& view = *snapshot.rings[name.ring];
  explanation->groups_on_ring = view.ring->size();
  Decided decided{};
  const VisitListener listener = [&](const GroupVisit& visit) {
    const redis::GroupData& data = *view.groups[visit.group];
    ExplainedGroup group;
    group.group = data.name;
    group.state = StateWords(data.state, unix_millis);
    group.circumstances = StateCircumstances(data.state, unix_millis);
    group.keeps_slot = visit.keeps_slot;
    for (size_t f = 0; f < kFamilies; ++f) {
      if (visit.taken[f]) {
        group.answers.emplace_back(FamilyName(static_cast<Family>(f)));
      }
    }
    group.passed_over = PassedOver(view, visit, decided);
    for (size_t f = 0; f < kFamilies; ++f) {
      decided[f] = decided[f] || visit.taken[f];
    }
    explanation->order.push_back(std::move(group));
  };
  hashing::RingOrder order;
  const GroupChoice choice = ChooseGroups(view, explanation->slot, unix_millis,
                                          name.skip, &order, &listener);
  for (size_t f = 0; f < kFamilies; ++f) {
    const bool none = choice[f].service == redis::Service::kNone;
    explanation->families.push_back(ExplainFamily(
        name, f, choice[f].addresses,
        none ? "" : view.groups[choice[f].group]->name, choice[f].service));
  }
}

void ExplainOwnSets(const DynamicName& name, Explanation* explanation) {
  for (size_t f = 0; f < kFamilies; ++f) {
    const redis::Availability own{{},
                                  AddressesOf(*name.data, f, *name.skip[f])};
    explanation->families.push_back(
        ExplainFamily(name, f, own.addresses.set, "", own.service()));
  }
}

void Judge(const DynamicName& name, Explanation* explanation) {
  bool any = false;
  bool stale = false;
  for (const ExplainedFamily& family : explanation->families) {
    any = any || family.how != "none";
    stale = stale || family.how == "last known good";
  }
  const bool refused =
      stale && name.data->config.on_empty == redis::OnEmpty::kServfail;
  explanation->answered = any && !refused;
  if (!any) {
    explanation->verdict =
        "SERVFAIL: no group or address is in service and none is known from "
        "before";
  } else if (refused) {
    explanation->verdict =
        "SERVFAIL: nothing is in service and ON_EMPTY is servfail";
  } else if (stale) {
    explanation->verdict =
        "answered from the last known good addresses: nothing is in service";
  } else if (explanation->families[0].group == explanation->families[1].group ||
             explanation->families[1].how == "none" ||
             explanation->families[0].how == "none") {
    const ExplainedFamily& shown = explanation->families[0].how == "none"
                                       ? explanation->families[1]
                                       : explanation->families[0];
    explanation->verdict = shown.group.empty()
                               ? "answered from the name's own addresses"
                               : "answered by " + shown.group;
  } else {
    explanation->verdict = absl::StrFormat("answered by %s (A) and %s (AAAA)",
                                           explanation->families[0].group,
                                           explanation->families[1].group);
  }
}

}  // namespace

std::optional<Explanation> Explain(const Snapshot& snapshot,
                                   std::string_view name,
                                   std::string_view client,
                                   std::string_view resolver,
                                   int64_t unix_millis) {
  if (!hashing::ParseClientSubnet(client).has_value()) return std::nullopt;
  const Client found = ClientOf(resolver, client);

  Explanation explanation;
  explanation.name = CanonicalName(name);
  explanation.client = std::string(client);
  explanation.key_source = SourceName(found.source);
  explanation.subnet = hashing::SubnetText(found.key);
  explanation.slot = hashing::SlotOf(found.key);
  explanation.generation = snapshot.redis_generation;
  explanation.snapshot = snapshot.generation;
  explanation.snapshot_age_millis = unix_millis - snapshot.built_unix_millis;

  const Owner* owner = snapshot.FindOwner(explanation.name);
  if (owner != nullptr && owner->zone != nullptr) {
    explanation.zone = owner->zone->name;
  }
  if (owner == nullptr || owner->dynamic == nullptr) {
    explanation.verdict = owner == nullptr ? "there is no such name"
                          : owner->records.empty()
                              ? "nothing is answered here: the name only has "
                                "others below it"
                              : "everybody gets its static records";
    return explanation;
  }
  const DynamicName& dynamic = *owner->dynamic;
  const redis::NameConfig& config = dynamic.data->config;
  explanation.mode = ToText(config.answer);
  explanation.scope_mask = found.scope_mask;
  explanation.ttl_seconds = config.ttl_seconds;
  explanation.answers = config.answers;
  explanation.on_empty = ToText(config.on_empty);
  if (dynamic.ring != kNoRing) {
    ExplainRing(snapshot, dynamic, unix_millis, &explanation);
  } else {
    ExplainOwnSets(dynamic, &explanation);
  }
  Judge(dynamic, &explanation);
  return explanation;
}

}  // namespace groupring::backend
