#include "backend/change/health_changes.h"

#include <memory>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "backend/change/find.h"
#include "backend/change/operands.h"

namespace groupring::backend {
namespace {

using redis::ChangeKind;

// Unix seconds; 0: it is not paused now.
int64_t PausedUntil(const redis::HealthData& health, const std::string& group,
                    int64_t unix_seconds) {
  const auto found = health.groups.find(group);
  if (found == health.groups.end()) return 0;
  const int64_t until = found->second->check->paused_until;
  return until > unix_seconds ? until : 0;
}

bool IsChecked(const redis::HealthData& health, const std::string& group) {
  const auto found = health.groups.find(group);
  return found != health.groups.end() && !found->second->check->probes.empty();
}

Change Start(ChangeKind kind, const std::string& group,
             const redis::HealthData& health, int64_t unix_seconds) {
  Change change;
  change.kind = kind;
  change.group = group;
  change.about.groups = {group};
  change.before = HealthPaused{PausedUntil(health, group, unix_seconds)};
  return change;
}

}  // namespace

absl::StatusOr<Change> PauseHealth(const redis::Dataset& dataset,
                                   const redis::HealthData& health,
                                   const std::string& group,
                                   std::string_view until_text,
                                   const Occasion& occasion) {
  const auto found = FindGroup(dataset, group);
  if (!found.ok()) return found.status();
  if (until_text.empty()) {
    return absl::InvalidArgumentError(
        "--until is missing: expected when health counts again, such as +2h");
  }
  const auto until = ParseUntil(until_text, occasion.unix_seconds());
  if (!until.ok()) return until.status();
  Change change =
      Start(ChangeKind::kHealthPause, group, health, occasion.unix_seconds());
  change.after = HealthPaused{*until};
  if (!IsChecked(health, group)) {
    change.remarks.push_back({RemarkKind::kNotChecked});
  }
  change.writes = {redis::SetHealthPause{group, *until}};
  return change;
}

absl::StatusOr<Change> ResumeHealth(const redis::Dataset& dataset,
                                    const redis::HealthData& health,
                                    const std::string& group,
                                    const Occasion& occasion) {
  const auto found = FindGroup(dataset, group);
  if (!found.ok()) return found.status();
  Change change =
      Start(ChangeKind::kHealthResume, group, health, occasion.unix_seconds());
  change.after = HealthPaused{0};
  if (std::get<HealthPaused>(change.before).until == 0) {
    change.remarks.push_back({RemarkKind::kNotPaused});
    return change;
  }
  change.writes = {redis::SetHealthPause{group, 0}};
  return change;
}

redis::HealthData WithPauses(const redis::WriteBatch& writes,
                             redis::HealthData health) {
  for (const redis::Write& write : writes) {
    const auto* const pause = std::get_if<redis::SetHealthPause>(&write);
    if (pause == nullptr) continue;
    const auto found = health.groups.find(pause->group);
    if (found == health.groups.end()) continue;
    auto group = std::make_shared<redis::GroupVerdicts>(*found->second);
    auto check = std::make_shared<redis::CheckSettings>(*group->check);
    check->paused_until = pause->until;
    group->check = std::move(check);
    found->second = std::move(group);
  }
  return health;
}

}  // namespace groupring::backend
