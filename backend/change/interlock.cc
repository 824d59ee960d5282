#include "backend/change/interlock.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/change/impact.h"
#include "backend/report/group_words.h"
#include "backend/resolver/group_choice.h"
#include "redis/model/availability.h"

namespace groupring::backend {
namespace {

struct Standing {
  std::vector<std::string> in_service;
  std::vector<std::string> out;  // by an operator's will
  double weight_in_service = 0;  // of the total
};

// Of a group of weight 0 in `view`: the weight that it had in `before`. Nothing
// when it was not among the name's groups.
std::optional<uint32_t> WeightBefore(const RingView& before,
                                     const std::string& group) {
  if (const auto index = before.ring->IndexOf(group)) {
    return before.ring->weight(*index);
  }
  const bool was_weightless = before.weightless != nullptr &&
                              before.weightless->IndexOf(group).has_value();
  return was_weightless ? std::optional<uint32_t>(0) : std::nullopt;
}

// What the groups of a name come to at a time. A draining group counts as out
// from its start: it will be. So does one of weight 0, with the weight that it
// had in `before`; but not one that comes to the name with weight 0.
Standing StandingOf(const RingView& view, const RingView& before,
                    int64_t unix_millis) {
  const hashing::RingState state = ServiceState(view, unix_millis);
  Standing standing;
  double total = 0;
  double kept = 0;
  for (size_t i = 0; i < view.ring->size(); ++i) {
    const double weight = view.ring->weight(i);
    total += weight;
    kept += weight * static_cast<double>(state.shares[i]) /
            static_cast<double>(hashing::kWholeShare);
    if (redis::IntentOf(view.groups[i]->state, unix_millis).IsLeaving()) {
      standing.out.push_back(view.ring->name(i));
    } else if (state.shares[i] > 0) {
      standing.in_service.push_back(view.ring->name(i));
    }
  }
  for (size_t i = view.ring->size(); i < view.groups.size(); ++i) {
    const std::string& group = view.groups[i]->name;
    const std::optional<uint32_t> weight = WeightBefore(before, group);
    if (!weight.has_value()) continue;
    total += *weight;
    standing.out.push_back(group);
  }
  std::sort(standing.out.begin(), standing.out.end());
  standing.weight_in_service = total > 0 ? kept / total : 0;
  return standing;
}

const RingView* ViewOf(const Snapshot& snapshot, const std::string& name) {
  const Owner* owner = snapshot.FindOwner(name);
  if (owner == nullptr || owner->dynamic == nullptr ||
      owner->dynamic->ring == kNoRing) {
    return nullptr;
  }
  return snapshot.rings[owner->dynamic->ring].get();
}

std::string ObjectionTo(const std::string& name, const Standing& before,
                        const Standing& after, const InterlockLimits& limits) {
  if (after.in_service.empty() && !before.in_service.empty()) {
    return absl::StrFormat("%s would have no group in service", name);
  }
  const auto allowed = static_cast<size_t>(std::max(limits.max_groups_out, 0));
  if (after.out.size() > allowed && after.out.size() > before.out.size()) {
    const std::string already =
        before.out.empty() ? "none is out yet"
                           : absl::StrJoin(before.out, ", ") + " already is";
    return absl::StrFormat("%s would have %d groups out of service (%s; %s)",
                           name, after.out.size(),
                           absl::StrJoin(after.out, ", "), already);
  }
  if (after.weight_in_service < limits.min_weight_in_service &&
      after.weight_in_service < before.weight_in_service) {
    return absl::StrFormat(
        "%s would keep %s of its weight in service, below %s", name,
        Percent(after.weight_in_service),
        Percent(limits.min_weight_in_service));
  }
  return "";
}

}  // namespace

std::vector<std::string> Objections(const Snapshot& before,
                                    int64_t before_unix_millis,
                                    const Snapshot& after,
                                    int64_t after_unix_millis,
                                    const InterlockLimits& limits) {
  std::vector<std::string> objections;
  // Thousands of names may share a ring.
  std::map<std::pair<const RingView*, const RingView*>,
           std::pair<Standing, Standing>>
      standings;
  for (const auto& [name, owner] : *after.owners) {
    const RingView* view = ViewOf(after, name);
    const RingView* old = ViewOf(before, name);
    if (view == nullptr || old == nullptr) continue;
    auto known = standings.find({old, view});
    if (known == standings.end()) {
      known =
          standings
              .emplace(std::pair(old, view),
                       std::pair(StandingOf(*old, *old, before_unix_millis),
                                 StandingOf(*view, *old, after_unix_millis)))
              .first;
    }
    std::string objection =
        ObjectionTo(name, known->second.first, known->second.second, limits);
    if (!objection.empty()) objections.push_back(std::move(objection));
  }
  std::sort(objections.begin(), objections.end());
  return objections;
}

}  // namespace groupring::backend
