#include "backend/change/interlock.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "backend/change/impact.h"
#include "backend/resolver/group_choice.h"
#include "redis/model/availability.h"

namespace groupring::backend {
namespace {

// Each costs a look at every ring. Nobody runs so many ramps at once.
constexpr size_t kMaxTimes = 64;

struct WeightInService {
  std::vector<std::string> in_service;
  std::vector<std::string> out;  // by an operator's will
  double ratio = 0;              // of the total weight that is in service
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

// The groups of a name in and out of service at a time. A draining group counts
// as out from its start. So does one of weight 0, with the weight that it
// had in `before`; but not one that comes to the name with weight 0.
WeightInService WeightOf(const RingView& view, const RingView& before,
                         int64_t unix_millis) {
  const hashing::RingState state = ServiceState(view, unix_millis);
  WeightInService found;
  double total = 0;
  double kept = 0;
  for (size_t i = 0; i < view.ring->size(); ++i) {
    const double weight = view.ring->weight(i);
    total += weight;
    kept += weight * static_cast<double>(state.shares[i]) /
            static_cast<double>(hashing::kWholeShare);
    if (redis::IntentOf(view.groups[i]->state, unix_millis).IsLeaving()) {
      found.out.push_back(view.ring->name(i));
    } else if (state.shares[i] > 0) {
      found.in_service.push_back(view.ring->name(i));
    }
  }
  for (size_t i = view.ring->size(); i < view.groups.size(); ++i) {
    const std::string& group = view.groups[i]->name;
    const std::optional<uint32_t> weight = WeightBefore(before, group);
    if (!weight.has_value()) continue;
    total += *weight;
    found.out.push_back(group);
  }
  std::sort(found.out.begin(), found.out.end());
  found.ratio = total > 0 ? kept / total : 0;
  return found;
}

std::optional<Objection> ObjectionTo(const std::string& name,
                                     const WeightInService& before,
                                     const WeightInService& after,
                                     const InterlockLimits& limits) {
  Objection objection{ObjectionKind::kNoGroupInService, name};
  if (after.in_service.empty() && !before.in_service.empty()) return objection;
  const auto allowed = static_cast<size_t>(std::max(limits.max_groups_out, 0));
  if (after.out.size() > allowed && after.out.size() > before.out.size()) {
    objection.kind = ObjectionKind::kTooManyGroupsOut;
    objection.groups = after.out;
    objection.already_out = before.out;
    return objection;
  }
  if (after.ratio < limits.min_weight_in_service &&
      after.ratio < before.ratio) {
    objection.kind = ObjectionKind::kTooLittleWeight;
    objection.ratio = after.ratio;
    objection.limit = limits.min_weight_in_service;
    return objection;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Objection> Objections(const Snapshot& before,
                                  int64_t before_unix_millis,
                                  const Snapshot& after,
                                  int64_t after_unix_millis,
                                  const InterlockLimits& limits) {
  std::vector<Objection> objections;
  // Thousands of names may share a ring.
  std::map<std::pair<const RingView*, const RingView*>,
           std::pair<WeightInService, WeightInService>>
      weights;
  for (const auto& [name, owner] : *after.owners) {
    const RingView* view = RingOfName(after, name);
    const RingView* old = RingOfName(before, name);
    if (view == nullptr || old == nullptr) continue;
    auto known = weights.find({old, view});
    if (known == weights.end()) {
      known = weights
                  .emplace(std::pair(old, view),
                           std::pair(WeightOf(*old, *old, before_unix_millis),
                                     WeightOf(*view, *old, after_unix_millis)))
                  .first;
    }
    std::optional<Objection> objection =
        ObjectionTo(name, known->second.first, known->second.second, limits);
    if (objection.has_value()) objections.push_back(*std::move(objection));
  }
  std::sort(objections.begin(), objections.end(),
            [](const auto& a, const auto& b) { return a.subject < b.subject; });
  return objections;
}

std::vector<int64_t> DecisiveTimes(const redis::Dataset& dataset,
                                   int64_t unix_millis) {
  using redis::AdminState;
  std::set<int64_t> times = {unix_millis};
  const auto add = [&](int64_t unix_seconds) {
    const int64_t at = unix_seconds * 1000;
    if (at <= unix_millis) return;
    times.insert(at);
    if (at - 1 > unix_millis) times.insert(at - 1);
  };
  for (const auto& [name, group] : dataset.groups) {
    const redis::GroupState& state = group->state;
    if (state.state == AdminState::kEnabled) continue;
    if (state.until != 0) add(state.until);
    if (state.state == AdminState::kDisabled) continue;
    add(state.start);
    add(state.start + state.duration);
  }
  while (times.size() > kMaxTimes) times.erase(std::prev(times.end()));
  return {times.begin(), times.end()};
}

}  // namespace groupring::backend
