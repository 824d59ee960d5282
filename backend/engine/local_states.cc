// What holds on this node alone, as far as the engine is concerned.
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/engine/engine.h"
#include "backend/report/group_words.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

bool HasEnded(const redis::GroupState& state, int64_t unix_millis) {
  return unix_millis >= state.until * 1000;
}

}  // namespace

void Engine::KeepLocalStates() {
  if (options_.state_directory.empty()) return;
  absl::StatusOr<LocalStates> states =
      ReadLocalStates(LocalStatesPath(options_.state_directory));
  const MutexLock lock(&builder_mutex_);
  keeps_local_ = true;
  if (!states.ok()) {
    log_(Severity::kError, std::string(states.status().message()));
    return;
  }
  const int64_t now = clock_->UnixMillis();
  for (auto& [group, state] : *states) {
    if (HasEnded(state, now)) continue;
    log_(Severity::kWarning,
         absl::StrFormat("group %s is %s", Printable(group),
                         StateSentence(state, IntentOf(state, now))));
    local_[group] = std::move(state);
    ApplyLocalStates(group);
  }
}

absl::StatusOr<std::optional<redis::GroupState>> Engine::SetLocalState(
    const std::string& group, std::optional<redis::GroupState> state) {
  const MutexLock lock(&builder_mutex_);
  const auto known = local_.find(group);
  std::optional<redis::GroupState> before;
  if (known != local_.end()) before = known->second;
  if (!state) {
    if (!before) return before;
    local_.erase(known);
  } else if (!dataset_.groups.contains(group)) {
    return absl::NotFoundError(absl::StrFormat(
        "this node knows no group %s: it is on none of its names",
        Printable(group)));
  } else {
    local_[group] = *std::move(state);
  }
  ApplyLocalStates(group);
  const absl::Status saved = SaveLocalStates();
  if (saved.ok()) return before;
  return absl::InternalError(absl::StrFormat(
      "it holds until this process ends, as it could not be saved: %s",
      std::string(saved.message())));
}

LocalStates Engine::CurrentLocalStates() const {
  const MutexLock lock(&builder_mutex_);
  LocalStates states;
  const int64_t now = clock_->UnixMillis();
  for (const auto& [group, state] : local_) {
    if (!HasEnded(state, now)) states.emplace(group, state);
  }
  return states;
}

void Engine::DropEndedLocalStates() {
  const MutexLock lock(&builder_mutex_);
  const int64_t now = clock_->UnixMillis();
  for (auto it = local_.begin(); it != local_.end();) {
    if (!HasEnded(it->second, now)) {
      ++it;
      continue;
    }
    const std::string group = it->first;
    it = local_.erase(it);
    ApplyLocalStates(group);
    const absl::Status saved = SaveLocalStates();
    if (!saved.ok()) log_(Severity::kWarning, std::string(saved.message()));
  }
}

void Engine::ApplyLocalStates(const std::string& group) {
  SnapshotBuilder::LocalStates states;
  for (const auto& [name, state] : local_) {
    states[name] = std::make_shared<const redis::GroupState>(state);
  }
  builder_.SetLocalStates(std::move(states));
  if (snapshots_.Take() == nullptr) return;
  redis::DatasetChange change;
  change.groups = {group};
  snapshots_.Publish(Build(change));
  service_watch_.Wake();
}

absl::Status Engine::SaveLocalStates() {
  if (!keeps_local_) return absl::OkStatus();
  return WriteStateFile(LocalStatesPath(options_.state_directory),
                        EncodeLocalStates(local_));
}

}  // namespace groupring::backend
