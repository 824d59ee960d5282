#include "backend/change/lost_answers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/resolver/group_choice.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::kFamilies;

const DynamicName* DynamicAt(const Snapshot& snapshot,
                             const std::string& name) {
  const Owner* owner = snapshot.FindOwner(name);
  return owner == nullptr ? nullptr : owner->dynamic.get();
}

const RingView* ViewOf(const Snapshot& snapshot, const DynamicName& name) {
  return name.ring == kNoRing ? nullptr : snapshot.rings[name.ring].get();
}

bool IsInService(const redis::GroupData& group, size_t family,
                 const redis::SkipList& skip, int64_t unix_millis) {
  return AvailabilityOf(group, family, skip, unix_millis).service() ==
         redis::Service::kInService;
}

bool IsAnswered(const Snapshot& snapshot, const DynamicName& name,
                int64_t unix_millis) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (IsUsable(*name.data->addresses[f], *name.skip[f]) &&
        name.ring == kNoRing) {
      return true;
    }
    const RingView* view = ViewOf(snapshot, name);
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
          IntentOf(now.state, unix_millis).kept_share > 0 &&
          !IsUsable(*now.addresses[f], *skip_after[f])) {
        (*losses)[{now.name, f}].push_back(name);
      }
    }
  }
}

std::string AtNames(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string text = names.front();
  if (names.size() > 1) {
    text += absl::StrFormat(" and %d more name%s", names.size() - 1,
                            names.size() == 2 ? "" : "s");
  }
  return text;
}

void AddZones(const Snapshot& before, const Snapshot& after,
              std::vector<std::string>* sentences) {
  for (const auto& zone : before.zones) {
    if (after.FindZone(zone->name) != nullptr) continue;
    size_t names = 0;
    for (const auto& [name, owner] : *before.owners) {
      if (owner->zone == zone && owner->dynamic != nullptr) ++names;
    }
    sentences->push_back(absl::StrFormat(
        "the zone %s would no longer be served, with %d dynamic name%s in it",
        zone->name, names, names == 1 ? "" : "s"));
  }
}

}  // namespace

std::vector<std::string> LostAnswers(const Snapshot& before,
                                     const Snapshot& after,
                                     int64_t unix_millis) {
  std::vector<std::string> sentences;
  Losses losses;
  AddZones(before, after, &sentences);
  for (const auto& [name, owner] : *before.owners) {
    if (owner->dynamic == nullptr) continue;
    const DynamicName& then = *owner->dynamic;
    const DynamicName* now = DynamicAt(after, name);
    if (now == nullptr) {
      if (IsAnswered(before, then, unix_millis)) {
        sentences.push_back(
            absl::StrFormat("%s is answered now and would be no more", name));
      }
      continue;
    }
    const RingView* view_then = ViewOf(before, then);
    const RingView* view_now = ViewOf(after, *now);
    if (view_then != nullptr && view_now != nullptr) {
      CompareGroups(*view_then, then.skip, *view_now, now->skip, name,
                    unix_millis, &losses);
      continue;
    }
    if (IsAnswered(before, then, unix_millis) &&
        !IsAnswered(after, *now, unix_millis)) {
      sentences.push_back(
          absl::StrFormat("%s would have nothing to answer", name));
      continue;
    }
    if (view_then != nullptr || view_now != nullptr) continue;
    for (size_t f = 0; f < kFamilies; ++f) {
      if (IsUsable(*then.data->addresses[f], *then.skip[f]) &&
          !IsUsable(*now->data->addresses[f], *now->skip[f])) {
        sentences.push_back(
            absl::StrFormat("%s would have no %s address left", name,
                            FamilyName(static_cast<Family>(f))));
      }
    }
  }
  for (auto& [lost, names] : losses) {
    sentences.push_back(absl::StrFormat(
        "%s would have no %s address left to answer for %s", lost.first,
        FamilyName(static_cast<Family>(lost.second)),
        AtNames(std::move(names))));
  }
  std::sort(sentences.begin(), sentences.end());
  return sentences;
}

}  // namespace groupring::backend
