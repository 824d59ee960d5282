#include "redis/store/health_feed.h"

#include <string>
#include <utility>
#include <vector>

#include "redis/base/status_macros.h"

namespace groupring::redis {
namespace {

// Redis does not announce changes of what it refused to show.
constexpr std::chrono::seconds kRetry{5};

std::vector<std::string> GroupsOf(const Dataset& dataset) {
  std::vector<std::string> groups;
  groups.reserve(dataset.groups.size());
  for (const auto& [group, data] : dataset.groups) groups.push_back(group);
  return groups;
}

}  // namespace

void HealthFeed::Follow(const Dataset& dataset, const DatasetChange& change) {
  for (const std::string& group : change.groups) {
    reader_.NoteGroup(group, dataset.groups.contains(group));
  }
}

absl::StatusOr<bool> HealthFeed::Read(Connection* connection) {
  if (!options_.health_listener) return false;
  Findings findings;
  ASSIGN_OR_RETURN(const bool changed,
                   reader_.ReadChanged(connection, &findings));
  complaints_->Update(findings.keys, findings.complaints);
  if (!findings.unreadable.empty()) next_ = clock_->Steady() + kRetry;
  // At the first time also when there is nothing.
  if (changed || !std::exchange(told_, true)) {
    options_.health_listener(reader_.data());
  }
  return changed;
}

absl::StatusOr<bool> HealthFeed::ReadAll(const Dataset& dataset,
                                         std::chrono::milliseconds interval,
                                         Connection* connection) {
  next_ = clock_->Steady() + interval;
  reader_.SetGroups(GroupsOf(dataset));
  return Read(connection);
}

}  // namespace groupring::redis
