// How the follower keeps up with the generations of what commands write, and
// with an operator's word on data that is not believed.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "redis/schema/keys.h"
#include "redis/store/accepted.h"
#include "redis/store/follower.h"
#include "redis/store/generation.h"

namespace groupring::redis {

absl::StatusOr<int64_t> Follower::CurrentGeneration() {
  Findings findings;
  absl::StatusOr<int64_t> generation =
      ReadGeneration(&link_->data(), &stats_->commands, &findings);
  complaints_.Update(findings.keys, findings.complaints);
  return generation;
}

absl::StatusOr<Acceptance> Follower::CurrentAcceptance() {
  Findings findings;
  absl::StatusOr<Acceptance> acceptance =
      ReadAcceptance(&link_->data(), &stats_->commands, &findings);
  complaints_.Update(findings.keys, findings.complaints);
  return acceptance;
}

absl::Status Follower::CheckAcceptance() {
  const absl::StatusOr<Acceptance> acceptance = CurrentAcceptance();
  if (!acceptance.ok()) return acceptance.status();
  if (hold_) {
    if (Accepts(*acceptance, Doubted(hold_->names()))) LookAgainSoon();
    return absl::OkStatus();
  }
  // Nothing is doubted: it will not do for what is lost later.
  Staged staged;
  staged.accepted_unix_millis = acceptance->unix_millis;
  Commit(staged, false);
  return absl::OkStatus();
}

absl::Status Follower::CatchUp() {
  const absl::StatusOr<int64_t> generation = CurrentGeneration();
  if (!generation.ok()) return generation.status();
  Wanted wanted;
  if (*generation == mirror_.dataset().generation ||
      claims_.Holds(*generation)) {
    TakePending(&wanted);
    return Read(wanted);
  }
  // What was changed before we read the generation has been announced by now,
  // but on the other connection.
  const absl::Status status = Receive(&Link::Sync);
  if (!status.ok()) return status;
  if (pending_.flushed) return Load();
  TakePending(&wanted);
  if (!link_->tracking().ok()) {
    // Nobody announces anything.
    for (const auto& [name, data] : mirror_.dataset().names) {
      wanted.names[name] = NameParts::All();
    }
    for (const auto& [group, data] : mirror_.dataset().groups) {
      wanted.groups[group] = GroupParts::All();
    }
  }
  const absl::StatusOr<bool> complete = AddNewNames(*generation, &wanted);
  if (!complete.ok()) return complete.status();
  if (*complete) return Read(wanted, *generation);
  ClaimAfterWalk(*generation);
  return Read(wanted);
}

absl::StatusOr<bool> Follower::AddNewNames(int64_t generation, Wanted* wanted) {
  const int64_t known = mirror_.dataset().generation;
  if (generation == known) return true;
  const absl::StatusOr<std::optional<std::vector<std::string>>> names =
      ReadNamesWritten(known, generation, &link_->data(), &stats_->commands);
  if (!names.ok()) return names.status();
  if (!names->has_value()) return false;
  for (const std::string& name : **names) {
    if (FormOfName(name) == NameForm::kStored &&
        !mirror_.dataset().names.contains(name)) {
      wanted->names[name] = NameParts::All();
    }
  }
  return true;
}

void Follower::ClaimAfterWalk(int64_t generation) {
  if (claims_.Add(generation)) finder_.Restart();
}

void Follower::TakePending(Wanted* wanted) {
  for (const std::string& key : std::exchange(pending_.keys, {})) {
    AddChangedKey(key, mirror_.dataset(), wanted);
  }
}

}  // namespace groupring::redis
