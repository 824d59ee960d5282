#include "backend/change/impact.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "backend/resolver/group_choice.h"

namespace groupring::backend {
namespace {

using hashing::RingState;

RingState StateOf(const RingView* view, int64_t unix_millis) {
  if (view == nullptr) {
    std::string error;
    return {hashing::Ring::Create({}, &error), {}};
  }
  return ServiceState(*view, unix_millis);
}

bool SameState(const RingState& a, const RingState& b) {
  if (a.ring->size() != b.ring->size() || a.shares != b.shares) return false;
  for (size_t i = 0; i < a.ring->size(); ++i) {
    if (a.ring->name(i) != b.ring->name(i) ||
        a.ring->weight(i) != b.ring->weight(i)) {
      return false;
    }
  }
  return true;
}

double Ratio(uint32_t slots) {
  return static_cast<double>(slots) / static_cast<double>(hashing::kSlots);
}

RingImpact Count(const RingState& before, const RingState& after) {
  RingImpact impact;
  for (const auto& [group, slots] : hashing::SharesOf(before)) {
    impact.shares_before[group] = Ratio(slots);
  }
  for (const auto& [group, slots] : hashing::SharesOf(after)) {
    impact.shares_after[group] = Ratio(slots);
  }
  for (const auto& [from_to, slots] : hashing::MovesBetween(before, after)) {
    impact.moves[from_to] = Ratio(slots);
    impact.moved += Ratio(slots);
  }
  return impact;
}

struct Affected {
  RingState before;
  RingState after;
  std::vector<std::string> names;
  uint32_t max_ttl_seconds = 0;
};

uint32_t TtlOf(const Snapshot& snapshot, const std::string& name) {
  const DynamicName* dynamic = snapshot.FindDynamic(name);
  return dynamic == nullptr ? 0 : dynamic->data->config.ttl_seconds;
}

std::vector<std::string> RingNames(const Snapshot& a, const Snapshot& b) {
  std::vector<std::string> names;
  for (const Snapshot* snapshot : {&a, &b}) {
    for (const auto& [name, owner] : *snapshot->owners) {
      if (owner->dynamic != nullptr && owner->dynamic->ring != kNoRing) {
        names.push_back(name);
      }
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

const RingView* RingOfName(const Snapshot& snapshot, std::string_view name) {
  const DynamicName* dynamic = snapshot.FindDynamic(name);
  return dynamic == nullptr ? nullptr : snapshot.RingOf(*dynamic);
}

Impact CompareSnapshots(const Snapshot& before, int64_t before_unix_millis,
                        const Snapshot& after, int64_t after_unix_millis) {
  // Names with the same views on both sides change alike.
  std::map<std::pair<const RingView*, const RingView*>, Affected> affected;
  std::map<std::pair<const RingView*, const RingView*>, bool> unchanged;
  for (const std::string& name : RingNames(before, after)) {
    const std::pair views(RingOfName(before, name), RingOfName(after, name));
    if (unchanged.contains(views)) continue;
    auto found = affected.find(views);
    if (found == affected.end()) {
      Affected fresh;
      fresh.before = StateOf(views.first, before_unix_millis);
      fresh.after = StateOf(views.second, after_unix_millis);
      if (SameState(fresh.before, fresh.after)) {
        unchanged[views] = true;
        continue;
      }
      found = affected.emplace(views, std::move(fresh)).first;
    }
    found->second.names.push_back(name);
    found->second.max_ttl_seconds =
        std::max({found->second.max_ttl_seconds, TtlOf(before, name),
                  TtlOf(after, name)});
  }

  Impact impact;
  for (auto& [views, ring] : affected) {
    if (impact.rings.size() == kMaxCountedRings) {
      ++impact.uncounted_rings;
      impact.uncounted_names += ring.names.size();
      continue;
    }
    RingImpact counted = Count(ring.before, ring.after);
    counted.names = std::move(ring.names);
    counted.max_ttl_seconds = ring.max_ttl_seconds;
    impact.rings.push_back(std::move(counted));
  }
  std::sort(impact.rings.begin(), impact.rings.end(),
            [](const RingImpact& a, const RingImpact& b) {
              if (a.moved != b.moved) return a.moved > b.moved;
              return a.names < b.names;
            });
  return impact;
}

}  // namespace groupring::backend
