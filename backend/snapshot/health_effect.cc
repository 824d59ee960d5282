#include "backend/snapshot/health_effect.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace groupring::backend {
namespace {

using redis::AddressConclusion;
using redis::WithheldAddress;
using redis::WithheldCause;

WithheldAddress Entry(const redis::AddressRange& range,
                      const AddressConclusion& conclusion) {
  WithheldAddress entry;
  entry.range = range;
  entry.cause =
      conclusion.is_down() ? WithheldCause::kHealth : WithheldCause::kTooFewUp;
  if (!conclusion.is_down()) return entry;
  entry.since = conclusion.since_unix_millis / 1000;
  entry.down_votes = conclusion.down_votes;
  entry.votes = conclusion.votes;
  if (conclusion.verdict != nullptr) {
    entry.verdict_reason = conclusion.verdict->reason;
    entry.reason = conclusion.verdict->text;
  }
  return entry;
}

std::shared_ptr<const redis::WithheldAddresses> Withheld(
    const redis::GroupData& group, const redis::GroupHealth& health, size_t f) {
  std::vector<WithheldAddress> entries;
  if (group.withheld[f] != nullptr) entries = group.withheld[f]->entries();
  const auto& members = group.addresses[f]->members();
  for (size_t i = 0; i < members.size(); ++i) {
    if (!health.Withholds(f, i)) continue;
    entries.push_back(Entry(members[i], health.families[f].addresses[i]));
  }
  return std::make_shared<const redis::WithheldAddresses>(std::move(entries));
}

}  // namespace

std::shared_ptr<const redis::GroupData> WithHealth(
    const std::shared_ptr<const redis::GroupData>& group,
    const redis::HealthConclusions* conclusions,
    const std::array<bool, redis::kFamilies>& panics) {
  if (conclusions == nullptr) return group;
  const auto found = conclusions->groups.find(group->name);
  if (found == conclusions->groups.end()) return group;
  const redis::GroupHealth& health = *found->second;
  std::shared_ptr<redis::GroupData> copy;
  const auto changed = [&]() -> redis::GroupData& {
    if (copy == nullptr) copy = std::make_shared<redis::GroupData>(*group);
    return *copy;
  };
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (panics[f] || health.inputs.sets[f] != group->addresses[f] ||
        !health.WithholdsAny(f)) {
      continue;
    }
    changed().withheld[f] = Withheld(*group, health, f);
  }
  if (health.return_millis != 0 && !panics[0] && !panics[1]) {
    changed().returning = {health.return_start_unix_millis,
                           health.return_millis};
  }
  if (copy == nullptr) return group;
  return copy;
}

}  // namespace groupring::backend
