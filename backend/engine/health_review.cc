#include "backend/engine/health_review.h"

#include <algorithm>
#include <utility>

namespace groupring::backend {
namespace {

using redis::HealthConclusions;

void AddOf(const redis::GroupList& list, std::vector<std::string>* groups) {
  for (const redis::WeightedGroup& group : list) groups->push_back(group.name);
}

// The groups on which the conclusions have another effect than before.
std::vector<std::string> Affected(const redis::PanicScopes& scopes,
                                  const HealthConclusions& before,
                                  const HealthConclusions& now) {
  std::vector<std::string> groups;
  for (const auto& [name, health] : now.groups) {
    const auto known = before.groups.find(name);
    if (known == before.groups.end() || known->second != health) {
      groups.push_back(name);
    }
  }
  for (const auto& [name, health] : before.groups) {
    if (!now.groups.contains(name)) groups.push_back(name);
  }
  if (before.panic == now.panic) return groups;
  for (const auto& [scope, names] : scopes.all()) {
    const auto was = before.panic.find(scope);
    const auto is = now.panic.find(scope);
    const bool same = (was == before.panic.end()) == (is == now.panic.end()) &&
                      (is == now.panic.end() || was->second == is->second);
    if (!same) AddOf(*scope.groups, &groups);
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

}  // namespace

void HealthReview::Restore(SavedHealth saved) {
  if (saved.conclusions == nullptr) return;
  conclusions_ = std::move(saved.conclusions);
  unix_millis_ = saved.unix_millis;
}

std::vector<std::string> HealthReview::Conclude(const redis::Dataset& dataset,
                                                int64_t unix_millis) {
  if (data_ == nullptr) return {};
  scopes_.Follow(dataset.names);
  auto now = std::make_shared<const HealthConclusions>(
      redis::Conclude(dataset, scopes_, *data_, unix_millis, *conclusions_));
  std::vector<std::string> groups = Affected(scopes_, *conclusions_, *now);
  conclusions_ = std::move(now);
  unix_millis_ = unix_millis;
  return groups;
}

std::vector<HealthTrouble> HealthReview::Troubles(
    const redis::Dataset& dataset) const {
  if (data_ == nullptr) return {};
  return HealthTroubles(
      {&dataset, data_.get(), conclusions_.get(), unix_millis_});
}

}  // namespace groupring::backend
