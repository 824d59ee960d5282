#include "backend/change/lost_answers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "backend/resolver/group_choice.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::kFamilies;

bool IsInService(const redis::GroupData& group, size_t family,
                 const redis::SkipList& skip, int64_t unix_millis) {
  return AvailabilityOf(group, family, skip, unix_millis).service() ==
         redis::Service::kInService;
}

bool IsAnswered(const Snapshot& snapshot, const DynamicName& name,
                int64_t unix_millis) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (name.ring == kNoRing &&
        IsUsable(*name.own->addresses[f], *name.skip[f])) {
      return true;
    }
    const RingView* view = snapshot.RingOf(name);
    if (view == nullptr) continue;
    for (size_t i = 0; i < view->ring->size(); ++i) {
      if (IsInService(*view->groups[i], f, *name.skip[f], unix_millis)) {
        return true;
      }
    }
  }
  return false;
}

// By group and family: the names that lose it.
using Losses =
    std::map<std::pair<std::string, size_t>, std::vector<std::string>>;

void CompareGroups(const RingView& before, const SkipLists& skip_before,
                   const RingView& after, const SkipLists& skip_after,
                   const std::string& name, int64_t unix_millis,
                   Losses* losses) {
  const bool same_ring = before.ring == after.ring;
  std::array<bool, kFamilies> same_skip{};
  for (size_t f = 0; f < kFamilies; ++f) {
    same_skip[f] = *skip_before[f] == *skip_after[f];
  }
  for (size_t i = 0; i < after.ring->size(); ++i) {
    const redis::GroupData& now = *after.groups[i];
    const auto index = same_ring ? std::optional<size_t>(i)
                                 : before.ring->IndexOf(after.ring->name(i));
    if (!index.has_value()) continue;
    const redis::GroupData& then = *before.groups[*index];
    for (size_t f = 0; f < kFamilies; ++f) {
      if (then.addresses[f] == now.addresses[f] && same_skip[f]) continue;
      if (IsInService(then, f, *skip_before[f], unix_millis) &&
          IntentOf(now, unix_millis).kept_share > 0 &&
          AddressesOf(now, f, *skip_after[f], unix_millis).data !=
              redis::AddressData::kPresent) {
        (*losses)[{now.name, f}].push_back(name);
      }
    }
  }
}

void AddZones(const Snapshot& before, const Snapshot& after,
              std::vector<Objection>* lost) {
  for (const auto& zone : before.zones) {
    if (after.FindZone(zone->name) != nullptr) continue;
    Objection objection{ObjectionKind::kZoneLost, zone->name};
    for (const auto& [name, owner] : *before.owners) {
      if (owner->zone == zone.get() && owner->dynamic != nullptr)
        ++objection.count;
    }
    lost->push_back(std::move(objection));
  }
}

}  // namespace

std::vector<Objection> LostAnswers(const Snapshot& before,
                                   const Snapshot& after, int64_t unix_millis) {
  std::vector<Objection> lost;
  Losses losses;
  AddZones(before, after, &lost);
  const auto end_of_zones = static_cast<std::ptrdiff_t>(lost.size());
  for (const auto& [text, owner] : *before.owners) {
    if (owner->dynamic == nullptr) continue;
    const std::string name = text.str();
    const DynamicName& then = *owner->dynamic;
    const DynamicName* now = after.FindDynamic(name);
    if (now == nullptr) {
      if (IsAnswered(before, then, unix_millis)) {
        lost.push_back({ObjectionKind::kNameLost, name});
      }
      continue;
    }
    const RingView* view_then = before.RingOf(then);
    const RingView* view_now = after.RingOf(*now);
    if (view_then != nullptr && view_now != nullptr) {
      CompareGroups(*view_then, then.skip, *view_now, now->skip, name,
                    unix_millis, &losses);
      continue;
    }
    if (IsAnswered(before, then, unix_millis) &&
        !IsAnswered(after, *now, unix_millis)) {
      lost.push_back({ObjectionKind::kNothingToAnswer, name});
      continue;
    }
    if (view_then != nullptr || view_now != nullptr) continue;
    for (size_t f = 0; f < kFamilies; ++f) {
      if (IsUsable(*then.own->addresses[f], *then.skip[f]) &&
          !IsUsable(*now->own->addresses[f], *now->skip[f])) {
        lost.push_back({ObjectionKind::kFamilyLost, name});
        lost.back().family = static_cast<Family>(f);
      }
    }
  }
  for (auto& [group_and_family, names] : losses) {
    const auto& [group, family] = group_and_family;
    lost.push_back({ObjectionKind::kGroupFamilyLost, group});
    lost.back().family = static_cast<Family>(family);
    std::sort(names.begin(), names.end());
    lost.back().names = std::move(names);
  }
  std::sort(lost.begin() + end_of_zones, lost.end(),
            [](const Objection& a, const Objection& b) {
              return std::tie(a.subject, a.kind, a.family) <
                     std::tie(b.subject, b.kind, b.family);
            });
  return lost;
}

}  // namespace groupring::backend
