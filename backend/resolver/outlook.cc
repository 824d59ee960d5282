#include "backend/resolver/outlook.h"

#include <algorithm>
#include <cstddef>

#include "absl/container/flat_hash_map.h"

namespace groupring::backend {
namespace {

using redis::kFamilies;
using redis::Service;

struct Family {
  FamilyOutlook outlook = FamilyOutlook::kAbsent;
  Service best = Service::kNone;
  TakenOutBy taken_out_by;

  // Adds what a group, or the name itself, offers. `skipped`: it has, or had,
  // an address, but the name skips all of them.
  void Add(Service service, bool whole, bool skipped) {
    best = std::max(best, service);
    FamilyOutlook offer = FamilyOutlook::kFallback;
    if (service == Service::kInService) {
      offer = whole ? FamilyOutlook::kInService : FamilyOutlook::kSometimes;
    } else if (service == Service::kNone) {
      offer = skipped ? FamilyOutlook::kSkipped : FamilyOutlook::kAbsent;
    }
    outlook = std::max(outlook, offer);
  }
};

template <typename Data>
bool HasSkipped(const Data& data, size_t f) {
  return !data.addresses[f]->empty() ||
         (data.last_good[f] != nullptr && !data.last_good[f]->empty());
}

// Adds what withholds the group's addresses of the family.
void AddWithheld(const redis::GroupData& group, size_t f, int64_t unix_millis,
                 TakenOutBy* taken_out_by) {
  for (const redis::WithheldAddress& entry : group.withheld[f]->entries()) {
    if (!entry.IsInForce(unix_millis)) continue;
    if (entry.cause == redis::WithheldCause::kOperator) {
      taken_out_by->disabled_addresses = true;
    } else {
      taken_out_by->health = true;
    }
  }
}

Family FamilyOfRing(const RingView& view, size_t f, const redis::SkipList& skip,
                    int64_t unix_millis) {
  Family family;
  for (size_t i = 0; i < view.groups.size(); ++i) {
    const redis::GroupData& group = *view.groups[i];
    redis::Availability availability =
        AvailabilityOf(group, f, skip, unix_millis);
    if (i >= view.ring->size()) availability.intent.kept_share = 0;
    if (availability.service() == Service::kLastResort) {
      if (availability.intent.kept_share == 0) {
        family.taken_out_by.operator_state = true;
      }
      if (availability.addresses.data == redis::AddressData::kWithheld) {
        AddWithheld(group, f, unix_millis, &family.taken_out_by);
      }
    }
    family.Add(availability.service(),
               availability.intent.kept_share == redis::kWholeShare,
               HasSkipped(group, f));
    if (family.outlook == FamilyOutlook::kInService) {
      family.taken_out_by = {};
      break;
    }
  }
  return family;
}

Family FamilyOfOwnSet(const DynamicName& name, size_t f) {
  const redis::Availability own{{}, AddressesOf(*name.own, f, *name.skip[f])};
  Family family;
  family.Add(own.service(), /*whole=*/true, HasSkipped(*name.own, f));
  return family;
}

Family FamilyOf(const Snapshot& snapshot, const DynamicName& name, size_t f,
                int64_t unix_millis) {
  const RingView* const view = snapshot.RingOf(name);
  return view == nullptr ? FamilyOfOwnSet(name, f)
                         : FamilyOfRing(*view, f, *name.skip[f], unix_millis);
}

NameOutlook Judge(const Outlook& outlook, redis::OnEmpty on_empty) {
  const auto any = [&](FamilyOutlook one) {
    return std::find(outlook.families.begin(), outlook.families.end(), one) !=
           outlook.families.end();
  };
  const FamilyOutlook best =
      *std::max_element(outlook.families.begin(), outlook.families.end());
  if (best < FamilyOutlook::kFallback) return NameOutlook::kFails;
  const bool servfail = on_empty == redis::OnEmpty::kServfail;
  if (on_empty == redis::OnEmpty::kNodata && any(FamilyOutlook::kFallback)) {
    return best == FamilyOutlook::kFallback ? NameOutlook::kNoRecords
                                            : NameOutlook::kLeavesOut;
  }
  // One family that is not in service fails both: see AppendDynamic.
  if (any(FamilyOutlook::kFallback)) {
    return servfail ? NameOutlook::kFails : NameOutlook::kFallsBack;
  }
  if (any(FamilyOutlook::kSometimes)) {
    return servfail ? NameOutlook::kFailsSometimes : NameOutlook::kFallsBack;
  }
  return NameOutlook::kInService;
}

}  // namespace

Outlook OutlookOf(const Snapshot& snapshot, const DynamicName& name,
                  int64_t unix_millis) {
  Outlook outlook;
  for (size_t f = 0; f < kFamilies; ++f) {
    const Family family = FamilyOf(snapshot, name, f, unix_millis);
    outlook.families[f] = family.outlook;
    outlook.best[f] = family.best;
    outlook.taken_out_by[f] = family.taken_out_by;
  }
  outlook.name = Judge(outlook, name.on_empty);
  return outlook;
}

bool LeavesOut(const Snapshot& snapshot, const DynamicName& name, size_t family,
               int64_t unix_millis) {
  return name.on_empty == redis::OnEmpty::kNodata &&
         FamilyOf(snapshot, name, family, unix_millis).outlook ==
             FamilyOutlook::kFallback;
}

bool IsPlain(const Outlook& outlook) {
  return outlook.name == NameOutlook::kInService &&
         std::find(outlook.families.begin(), outlook.families.end(),
                   FamilyOutlook::kSkipped) == outlook.families.end();
}

void ForEachOutlook(
    const Snapshot& snapshot, int64_t unix_millis,
    const std::function<void(size_t names, const Outlook& outlook)>& visit) {
  for (const auto& [of, members] : *snapshot.classes) {
    visit(members.names, OutlookOf(snapshot, *members.example, unix_millis));
  }
}

void ForEachTrouble(const Snapshot& snapshot, int64_t unix_millis,
                    const std::function<void(const Owner& owner,
                                             const Outlook& outlook)>& visit) {
  absl::flat_hash_map<NameClass, Outlook> troubled;
  for (const auto& [of, members] : *snapshot.classes) {
    const Outlook outlook = OutlookOf(snapshot, *members.example, unix_millis);
    if (!IsPlain(outlook)) troubled.emplace(of, outlook);
  }
  if (troubled.empty()) return;
  for (const auto& [text, owner] : *snapshot.owners) {
    if (owner->dynamic == nullptr) continue;
    const auto found = troubled.find(ClassOf(*owner->dynamic));
    if (found != troubled.end()) visit(*owner, found->second);
  }
}

}  // namespace groupring::backend
