#include "backend/checker/check_feed.h"

#include <utility>

namespace groupring::backend {

bool SameChecks(const CheckInputs& a, const CheckInputs& b) {
  if (a.health == nullptr || b.health == nullptr) return a.health == b.health;
  if (a.groups != b.groups) return false;
  if (a.health->groups.size() != b.health->groups.size()) return false;
  for (const auto& [name, group] : a.health->groups) {
    const auto other = b.health->groups.find(name);
    if (other == b.health->groups.end()) return false;
    if (group->check != other->second->check &&
        *group->check != *other->second->check) {
      return false;
    }
  }
  return true;
}

CheckFeed::CheckFeed(redis::StoreOptions options, CheckInputs known,
                     const Clock* clock, const LogSink& log,
                     std::function<void()> wake)
    : wake_(std::move(wake)), inputs_(std::move(known)) {
  options.health_listener =
      [this](std::shared_ptr<const redis::HealthData> health) {
        TakeHealth(std::move(health));
      };
  store_ = std::make_unique<redis::Store>(
      std::move(options), clock, log,
      [this](const redis::Dataset& dataset,
             const redis::DatasetChange& change) {
        TakeDataset(dataset, change);
      });
}

void CheckFeed::TakeDataset(const redis::Dataset& dataset,
                            const redis::DatasetChange& change) {
  {
    const MutexLock lock(&mutex_);
    GroupAddresses& groups = inputs_.groups;
    if (change.everything) {
      groups.clear();
      for (const auto& [name, group] : dataset.groups) {
        groups[name] = group->addresses;
      }
    } else if (change.groups.empty()) {
      return;
    }
    for (const std::string& name : change.groups) {
      const auto group = dataset.groups.find(name);
      if (group == dataset.groups.end()) {
        groups.erase(name);
      } else {
        groups[name] = group->second->addresses;
      }
    }
    // Health is not told of where there is no group.
    if (groups.empty() && inputs_.health == nullptr) {
      inputs_.health = std::make_shared<redis::HealthData>();
    }
    is_new_ = true;
  }
  wake_();
}

// The store reads no health while it does not believe what Redis holds.
void CheckFeed::TakeHealth(std::shared_ptr<const redis::HealthData> health) {
  {
    const MutexLock lock(&mutex_);
    inputs_.health = std::move(health);
    is_new_ = true;
  }
  wake_();
}

std::optional<CheckInputs> CheckFeed::Take() {
  const MutexLock lock(&mutex_);
  if (!std::exchange(is_new_, false)) return std::nullopt;
  return inputs_;
}

}  // namespace groupring::backend
