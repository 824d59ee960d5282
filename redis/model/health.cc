#include "redis/model/health.h"

#include <algorithm>
#include <utility>

#include "redis/model/availability.h"
#include "redis/model/panic_scopes.h"

namespace groupring::redis {
namespace {

using Voters = std::vector<std::string>;

struct Electorate {
  HealthSource source = HealthSource::kNoChecker;
  int64_t last_seen = 0;
  Voters voters;  // sorted
};

Electorate WhoVotes(const HealthData& data, int64_t unix_millis) {
  Electorate result;
  Voters all;
  for (const CheckerStatus& checker : data.checkers) {
    result.last_seen = std::max(result.last_seen, checker.seen_unix_millis);
    const bool lives =
        unix_millis - checker.seen_unix_millis <= kCheckerLifeMillis;
    if (lives) result.source = HealthSource::kLive;
    if (checker.doubts_itself) continue;
    all.push_back(checker.id);
    if (lives) result.voters.push_back(checker.id);
  }
  if (result.source == HealthSource::kLive || data.checkers.empty()) {
    return result;
  }
  const int64_t stale_millis = data.defaults.stale.count() * 1000;
  if (unix_millis - result.last_seen <= stale_millis) {
    result.source = HealthSource::kStale;
    result.voters = std::move(all);
  } else {
    result.source = HealthSource::kExpired;
  }
  return result;
}

AddressHealth HealthOf(const std::optional<Verdict>& verdict) {
  if (!verdict) return AddressHealth::kUnknown;
  switch (*verdict) {
    case Verdict::kBusy:
      return AddressHealth::kBusy;
    case Verdict::kDraining:
      return AddressHealth::kDraining;
    case Verdict::kDown:
      return AddressHealth::kDown;
    case Verdict::kUp:
      break;
  }
  return AddressHealth::kUp;
}

// Whether `a` is a worse verdict than `b`. Neither is "down".
bool IsWorse(const AddressVerdict& a, const AddressVerdict& b) {
  return static_cast<int>(a.verdict) > static_cast<int>(b.verdict);
}

// Rule 2. The conclusion holds since the vote that completed the majority,
// regardless of the order in which the votes arrived.
AddressConclusion Count(const std::vector<const Verdicts*>& voters,
                        const std::string& address) {
  AddressConclusion result;
  std::vector<int64_t> down_since;
  std::vector<int64_t> up_since;
  const AddressVerdict* worst_up = nullptr;
  const AddressVerdict* first_down = nullptr;
  for (const Verdicts* verdicts : voters) {
    const AddressVerdict* const vote = FindVerdict(*verdicts, address);
    if (vote == nullptr) continue;
    ++result.votes;
    if (vote->verdict == Verdict::kDown) {
      down_since.push_back(vote->since_unix_millis);
      if (first_down == nullptr ||
          vote->since_unix_millis < first_down->since_unix_millis) {
        first_down = vote;
      }
    } else {
      up_since.push_back(vote->was_down ? vote->since_unix_millis : 0);
      if (worst_up == nullptr || IsWorse(*vote, *worst_up)) worst_up = vote;
    }
  }
  result.down_votes = static_cast<uint32_t>(down_since.size());
  const size_t half = result.votes / 2;
  std::sort(down_since.begin(), down_since.end());
  std::sort(up_since.begin(), up_since.end());
  if (down_since.size() > half) {
    result.verdict = first_down;
    result.since_unix_millis = down_since[half];
  } else if (result.votes > 0) {
    result.verdict = worst_up;
    // The vote with which "down" no longer had a majority.
    result.since_unix_millis = up_since[result.votes - half - 1];
  }
  result.health =
      HealthOf(result.verdict == nullptr
                   ? std::nullopt
                   : std::optional<Verdict>(result.verdict->verdict));
  return result;
}

// Rules 2 and 3.
FamilyHealth OfFamily(const AddressSet& set, const MinimumUp& minimum,
                      const std::vector<const Verdicts*>& voters) {
  FamilyHealth result;
  std::vector<int64_t> up_since;
  for (const AddressRange& member : set.members()) {
    AddressConclusion conclusion;
    if (member.is_single()) {
      conclusion = Count(voters, member.text);
    } else {
      conclusion.health = AddressHealth::kUnchecked;
    }
    if (!conclusion.is_down()) up_since.push_back(conclusion.since_unix_millis);
    result.addresses.push_back(conclusion);
  }
  result.up = up_since.size();
  const size_t total = set.members().size();
  if (total == 0) return result;
  const size_t wanted = minimum.is_percentage
                            ? (total * minimum.amount + 99) / 100
                            : minimum.amount;
  const size_t needed = std::clamp<size_t>(wanted, 1, total);
  result.below_minimum = result.up < needed;
  if (!result.below_minimum) {
    std::sort(up_since.begin(), up_since.end());
    result.returned_unix_millis = up_since[needed - 1];
  }
  return result;
}

// Rule 5.
void SetReturn(std::chrono::seconds over, GroupHealth* group) {
  std::optional<int64_t> first;
  for (const FamilyHealth& family : group->families) {
    if (family.addresses.empty() || family.below_minimum) continue;
    first = std::min(first.value_or(family.returned_unix_millis),
                     family.returned_unix_millis);
  }
  if (over.count() == 0 || !group->acts || first.value_or(0) == 0) return;
  group->return_start_unix_millis = *first;
  group->return_millis = over.count() * 1000;
}

std::shared_ptr<const GroupHealth> OfGroup(GroupHealth::Inputs inputs) {
  auto group = std::make_shared<GroupHealth>();
  std::vector<const Verdicts*> voters;
  for (const auto& [id, verdicts] : inputs.verdicts->by_checker) {
    if (std::binary_search(inputs.voters.begin(), inputs.voters.end(), id)) {
      voters.push_back(verdicts.get());
    }
  }
  const CheckSettings& check = *inputs.verdicts->check;
  group->acts = inputs.acts;
  for (size_t f = 0; f < kFamilies; ++f) {
    group->families[f] = OfFamily(*inputs.sets[f], check.min_up, voters);
  }
  SetReturn(check.return_time, group.get());
  group->inputs = std::move(inputs);
  return group;
}

// Rule 6, for one list.
std::array<bool, kFamilies> Panics(const GroupList& list,
                                   const Dataset& dataset,
                                   const HealthConclusions& conclusions,
                                   uint32_t percent, int64_t unix_millis) {
  std::array<bool, kFamilies> panics{};
  for (size_t f = 0; f < kFamilies; ++f) {
    uint64_t all = 0;
    uint64_t kept = 0;
    for (const WeightedGroup& member : list) {
      const auto data = dataset.groups.find(member.name);
      if (data == dataset.groups.end() || data->second->addresses[f]->empty() ||
          IntentOf(data->second->state, unix_millis).kept_share == 0) {
        continue;
      }
      all += member.weight;
      const auto health = conclusions.groups.find(member.name);
      if (health == conclusions.groups.end() ||
          !health->second->WithholdsAll(f)) {
        kept += member.weight;
      }
    }
    panics[f] = kept * 100 < all * percent;
  }
  return panics;
}

}  // namespace

bool GroupHealth::WithholdsAny(size_t family) const {
  const FamilyHealth& of = families[family];
  return acts && (of.below_minimum || of.up < of.addresses.size());
}

bool GroupHealth::WithholdsAll(size_t family) const {
  const FamilyHealth& of = families[family];
  return acts && !of.addresses.empty() && (of.below_minimum || of.up == 0);
}

HealthConclusions Conclude(const Dataset& dataset, const HealthData& data,
                           int64_t unix_millis,
                           const HealthConclusions& before) {
  return Conclude(dataset, PanicScopes(dataset.names), data, unix_millis,
                  before);
}

HealthConclusions Conclude(const Dataset& dataset, const PanicScopes& scopes,
                           const HealthData& data, int64_t unix_millis,
                           const HealthConclusions& before) {
  HealthConclusions result;
  const Electorate electorate = WhoVotes(data, unix_millis);
  result.last_checker_unix_millis = electorate.last_seen;
  for (const auto& [name, verdicts] : data.groups) {
    const auto group = dataset.groups.find(name);
    if (group == dataset.groups.end() || verdicts->check->probes.empty()) {
      continue;
    }
    const CheckSettings& check = *verdicts->check;
    GroupHealth::Inputs inputs{group->second->addresses, verdicts,
                               electorate.voters,
                               check.mode == CheckMode::kAct &&
                                   unix_millis >= check.paused_until * 1000};
    const auto known = before.groups.find(name);
    result.groups[name] =
        known != before.groups.end() && known->second->inputs == inputs
            ? known->second
            : OfGroup(std::move(inputs));
  }
  if (result.groups.empty()) return result;
  result.source = electorate.source;
  for (const auto& [scope, names] : scopes.all()) {
    if (scope.groups->empty()) continue;
    const auto panics = Panics(
        *scope.groups, dataset, result,
        scope.percent.value_or(data.defaults.panic_percent), unix_millis);
    if (panics[0] || panics[1]) result.panic[scope] = panics;
  }
  return result;
}

bool SameEffect(const HealthConclusions& a, const HealthConclusions& b) {
  return a.groups == b.groups && a.panic == b.panic;
}

}  // namespace groupring::redis
