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

using redis::AdminState;

// Each costs a look at every ring. Nobody runs this many ramps at once.
constexpr size_t kMaxTimes = 64;

struct WeightInService {
  std::vector<std::string> in_service;
  std::vector<std::string> out;      // by an operator's will
  std::vector<std::string> filling;  // that do not have all clients back yet
  int64_t filled_unix_seconds = 0;   // when the last of these has
  double ratio = 0;                  // of the total weight that is in service
};

// For a group of weight 0 in `view`: its weight in `before`; nullopt if it was
// not a group of the name.
std::optional<uint32_t> WeightBefore(const RingView& before,
                                     const std::string& group) {
  if (const auto index = before.ring->IndexOf(group)) {
    return before.ring->weight(*index);
  }
  const bool was_weightless = before.weightless != nullptr &&
                              before.weightless->IndexOf(group).has_value();
  return was_weightless ? std::optional<uint32_t>(0) : std::nullopt;
}

// How a group stands with one family, or, without one, with any.
struct Standing {
  bool counts = true;  // it has, or had, addresses of it
  bool withheld = false;
};

Standing StandingOf(const redis::GroupData& group, std::optional<size_t> family,
                    int64_t unix_millis) {
  if (!family) return {};
  const redis::SkipList nothing_skipped;
  const redis::AddressData data =
      AddressesOf(group, *family, nothing_skipped, unix_millis).data;
  return {data != redis::AddressData::kNothing,
          data == redis::AddressData::kWithheld};
}

// The groups of a name in and out of service at a time. A draining group counts
// as out from its start. So does one of weight 0, with the weight that it
// had in `before`; but not one that comes to the name with weight 0. With a
// family, a group that withholds all its addresses of it is out, too.
WeightInService WeightOf(const RingView& view, const RingView& before,
                         std::optional<size_t> family, int64_t unix_millis) {
  const hashing::RingState state = ServiceState(view, unix_millis);
  WeightInService found;
  double total = 0;
  double kept = 0;
  for (size_t i = 0; i < view.ring->size(); ++i) {
    const redis::GroupData& group = *view.groups[i];
    const Standing standing = StandingOf(group, family, unix_millis);
    if (!standing.counts) continue;
    const double weight = view.ring->weight(i);
    const uint64_t share = standing.withheld ? 0 : state.shares[i];
    // What fills as it comes to the name takes nothing away from it.
    const bool comes_filling =
        redis::IntentOf(group, unix_millis).admin == AdminState::kFilling &&
        !WeightBefore(before, group.name).has_value();
    total += comes_filling ? weight * static_cast<double>(share) /
                                 static_cast<double>(hashing::kWholeShare)
                           : weight;
    kept += weight * static_cast<double>(share) /
            static_cast<double>(hashing::kWholeShare);
    if (standing.withheld || redis::IntentOf(group, unix_millis).IsLeaving()) {
      found.out.push_back(view.ring->name(i));
    } else if (share > 0) {
      found.in_service.push_back(view.ring->name(i));
    }
    const redis::GroupState& admin = redis::StateAt(group, unix_millis);
    if (share < hashing::kWholeShare &&
        redis::IntentOf(admin, unix_millis).admin == AdminState::kFilling) {
      found.filling.push_back(view.ring->name(i));
      found.filled_unix_seconds =
          std::max(found.filled_unix_seconds, admin.start + admin.duration);
    }
  }
  for (size_t i = view.ring->size(); i < view.groups.size(); ++i) {
    const std::string& group = view.groups[i]->name;
    const std::optional<uint32_t> weight = WeightBefore(before, group);
    if (!weight.has_value() ||
        !StandingOf(*view.groups[i], family, unix_millis).counts) {
      continue;
    }
    total += *weight;
    found.out.push_back(group);
  }
  std::sort(found.out.begin(), found.out.end());
  std::sort(found.filling.begin(), found.filling.end());
  found.ratio = total > 0 ? kept / total : 0;
  return found;
}

// A name's groups before and after a change.
struct Comparison {
  std::optional<size_t> family;  // nothing: as far as it is no matter of one
  WeightInService before;
  WeightInService after;
};

std::vector<Comparison> Compare(const RingView& before,
                                int64_t before_unix_millis,
                                const RingView& after,
                                int64_t after_unix_millis) {
  std::vector<std::optional<size_t>> families = {std::nullopt};
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const bool withheld = std::any_of(
        after.groups.begin(), after.groups.end(), [&](const auto& group) {
          return group->withheld[f] != nullptr &&
                 StandingOf(*group, f, after_unix_millis).withheld;
        });
    if (withheld) families.emplace_back(f);
  }
  std::vector<Comparison> all;
  all.reserve(families.size());
  for (const std::optional<size_t> family : families) {
    all.push_back({family, WeightOf(before, before, family, before_unix_millis),
                   WeightOf(after, before, family, after_unix_millis)});
  }
  return all;
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
    objection.filling = after.filling;
    objection.filled_unix_seconds = after.filled_unix_seconds;
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
  std::map<std::pair<const RingView*, const RingView*>, std::vector<Comparison>>
      compared;
  for (const auto& [name, owner] : *after.owners) {
    const RingView* view = RingOfName(after, name);
    const RingView* old = RingOfName(before, name);
    if (view == nullptr || old == nullptr) continue;
    auto known = compared.find({old, view});
    if (known == compared.end()) {
      known =
          compared
              .emplace(std::pair(old, view), Compare(*old, before_unix_millis,
                                                     *view, after_unix_millis))
              .first;
    }
    for (const Comparison& one : known->second) {
      std::optional<Objection> objection =
          ObjectionTo(name.str(), one.before, one.after, limits);
      if (!objection.has_value()) continue;
      objection->of_family = one.family.has_value();
      objection->family = static_cast<redis::Family>(one.family.value_or(0));
      objections.push_back(*std::move(objection));
      break;
    }
  }
  std::sort(objections.begin(), objections.end(),
            [](const auto& a, const auto& b) { return a.subject < b.subject; });
  return objections;
}

std::vector<int64_t> DecisiveTimes(const redis::Dataset& dataset,
                                   int64_t unix_millis) {
  std::set<int64_t> times = {unix_millis};
  const auto add = [&](int64_t unix_seconds) {
    const int64_t at = unix_seconds * 1000;
    if (at <= unix_millis) return;
    times.insert(at);
    if (at - 1 > unix_millis) times.insert(at - 1);
  };
  for (const auto& [name, group] : dataset.groups) {
    for (const auto& withheld : group->withheld) {
      if (withheld == nullptr) continue;
      for (const redis::WithheldAddress& address : withheld->entries()) {
        if (address.until != 0) add(address.until);
      }
    }
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
