#include "backend/report/explanation.h"

#include <algorithm>
#include <utility>

#include "backend/report/weight_course.h"
#include "backend/resolver/group_choice.h"
#include "backend/resolver/outlook.h"
#include "hashing/label_key.h"
#include "hashing/subnet_key.h"
#include "redis/base/dns_name.h"

namespace groupring::backend {
namespace {

using redis::kFamilies;
using redis::Service;
using Families = std::array<bool, kFamilies>;

std::optional<redis::WithheldAddress> FirstInForce(
    const redis::WithheldAddresses& withheld, int64_t unix_millis) {
  for (const redis::WithheldAddress& entry : withheld.entries()) {
    if (entry.IsInForce(unix_millis)) return entry;
  }
  return std::nullopt;
}

ExplainedGroup ExplainGroup(const RingView& view, const GroupVisit& visit,
                            const Families& decided_before,
                            int64_t unix_millis) {
  const redis::GroupData& data = *view.groups[visit.group];
  ExplainedGroup group;
  group.group = data.name;
  group.state = StateAt(data, unix_millis);
  group.intent = visit.intent;
  group.keeps_slot = visit.keeps_slot;
  group.answers = visit.taken;
  if (visit.group >= view.ring->size()) {
    group.passed_over = PassedOver::kWeightZero;
    return group;
  }
  if (!visit.keeps_slot) {
    group.passed_over = visit.intent.admin == redis::AdminState::kDisabled
                            ? PassedOver::kDisabled
                            : PassedOver::kSlotGivenUp;
    return group;
  }
  group.passed_over = PassedOver::kNotReached;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (!view.has_family[f] || decided_before[f]) continue;
    group.lacks[f] = visit.data[f] != redis::AddressData::kPresent;
    group.withheld[f] = visit.data[f] == redis::AddressData::kWithheld;
    if (group.withheld[f] && !group.withheld_first) {
      group.withheld_first = FirstInForce(*data.withheld[f], unix_millis);
    }
    if (group.passed_over == PassedOver::kNotReached) {
      group.passed_over = PassedOver::kNo;
    }
    if (group.lacks[f]) group.passed_over = PassedOver::kLacksFamily;
  }
  return group;
}

ExplainedFamily ExplainFamily(const DynamicName& name, size_t f,
                              const FamilyChoice& choice, int64_t unix_millis) {
  ExplainedFamily family;
  family.service = choice.service;
  if (choice.addresses == nullptr) return family;
  const redis::Exclusions excluded(*name.skip[f], choice.withheld, unix_millis);
  for (const redis::AddressRange& member : choice.addresses->members()) {
    if (excluded.LeavesHost(member)) {
      family.candidates.push_back(member.text);
    } else if (name.skip[f]->LeavesHost(member)) {
      ++family.withheld;
    } else {
      ++family.skipped;
    }
  }
  return family;
}

void ExplainRing(const RingView& view, const Owner& owner, int64_t unix_millis,
                 Explanation* explanation) {
  const DynamicName& name = *owner.dynamic;
  explanation->groups_on_ring = view.ring->size();
  if (const auto course =
          CourseOf(view, explanation->name, owner.data->groups, unix_millis)) {
    explanation->course = {
        !GoesByWeightsBefore(view, explanation->slot, unix_millis),
        course->progress, course->end};
  }
  Families decided{};
  const VisitListener listener = [&](const GroupVisit& visit) {
    explanation->order.push_back(
        ExplainGroup(view, visit, decided, unix_millis));
    for (size_t f = 0; f < kFamilies; ++f) {
      decided[f] = decided[f] || visit.taken[f];
    }
  };
  hashing::RingOrder order;
  const GroupChoice choice = ChooseGroups(view, explanation->slot, unix_millis,
                                          name.skip, &order, &listener);
  for (size_t f = 0; f < kFamilies; ++f) {
    explanation->families.push_back(
        ExplainFamily(name, f, choice[f], unix_millis));
    if (choice[f].service != Service::kNone) {
      explanation->families[f].group = view.groups[choice[f].group]->name;
    }
  }
}

void ExplainOwnSets(const DynamicName& name, Explanation* explanation) {
  for (size_t f = 0; f < kFamilies; ++f) {
    const redis::Availability own{{}, AddressesOf(*name.own, f, *name.skip[f])};
    explanation->families.push_back(
        ExplainFamily(name, f, {own.service(), 0, own.addresses.set, nullptr},
                      /*unix_millis=*/0));
  }
}

Verdict VerdictOn(const Explanation& explanation, const Outlook& outlook) {
  bool any = false;
  bool stale = false;
  bool left_out = false;
  for (const ExplainedFamily& family : explanation.families) {
    if (family.service == Service::kNone) continue;
    left_out = left_out || family.left_out;
    if (family.left_out) continue;
    any = true;
    stale = stale || family.service != Service::kInService;
  }
  if (!any && left_out) return Verdict::kNoRecords;
  if (!any) {
    const bool skipped =
        std::find(outlook.families.begin(), outlook.families.end(),
                  FamilyOutlook::kSkipped) != outlook.families.end();
    return skipped ? Verdict::kEverythingSkipped : Verdict::kNothingKnown;
  }
  if (!stale) return Verdict::kInService;
  return explanation.on_empty == redis::OnEmpty::kServfail
             ? Verdict::kRefused
             : Verdict::kLastKnownGood;
}

}  // namespace

std::optional<Explanation> Explain(const Snapshot& snapshot,
                                   std::string_view name,
                                   std::string_view client,
                                   std::string_view resolver,
                                   int64_t unix_millis) {
  if (!hashing::ParseClientSubnet(client).has_value()) return std::nullopt;
  const Client found = ClientOf(resolver, client, snapshot.affinity.get());

  Explanation explanation;
  explanation.name = CanonicalName(name);
  explanation.client = std::string(client);
  explanation.key_source = found.source;
  explanation.subnet = hashing::SubnetText(found.subnet);
  if (found.affinity != nullptr) {
    explanation.affinity = *found.affinity->entry;
    explanation.label_part =
        hashing::LabelPart(found.subnet, found.affinity->parts);
  }
  explanation.slot = hashing::SlotOf(found.key);
  explanation.generation = snapshot.redis_generation;
  explanation.snapshot = snapshot.generation;
  explanation.snapshot_age_millis = unix_millis - snapshot.built_unix_millis;

  const Owner* owner = snapshot.FindOwner(explanation.name);
  if (owner == nullptr) return explanation;
  if (owner->zone != nullptr) explanation.zone = owner->zone->name;
  if (owner->dynamic == nullptr) {
    explanation.verdict = owner->records.empty() ? Verdict::kEmptyNonTerminal
                                                 : Verdict::kStaticRecords;
    return explanation;
  }
  const DynamicName& dynamic = *owner->dynamic;
  explanation.mode = dynamic.mode;
  explanation.scope_mask = found.scope_mask;
  explanation.ttl_seconds = dynamic.ttl_seconds;
  explanation.answers = dynamic.answers;
  explanation.on_empty = dynamic.on_empty;
  if (const RingView* view = snapshot.RingOf(dynamic)) {
    ExplainRing(*view, *owner, unix_millis, &explanation);
  } else {
    ExplainOwnSets(dynamic, &explanation);
  }
  for (size_t f = 0; f < kFamilies; ++f) {
    explanation.families[f].left_out =
        LeavesOut(snapshot, dynamic, f, unix_millis);
  }
  if (owner->zone != nullptr) {
    explanation.negative_ttl_seconds = NegativeTtlSeconds(*owner->zone);
  }
  explanation.verdict =
      VerdictOn(explanation, OutlookOf(snapshot, dynamic, unix_millis));
  return explanation;
}

}  // namespace groupring::backend
