// How the follower reads everything, and what it does not believe.
#include <chrono>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/store/follower.h"
#include "redis/store/hold_words.h"

namespace groupring::redis {
namespace {

// A loss that lasts is told of again.
constexpr std::chrono::seconds kSayAgain{60};

}  // namespace

absl::Status Follower::Load() {
  // What is pending is about to be read; what arrives from here on counts.
  absl::Status status = Drain();
  if (!status.ok()) return status;
  const bool quiet = !pending_.flushed && pending_.keys.empty();
  pending_ = {};
  // Names that are known are read at once. A walk over the whole key space
  // comes first only when there is nothing better to go by: it can be huge.
  const bool walk = hold_.has_value() || mirror_.dataset().names.empty() ||
                    !stats_->loaded.load();
  const absl::StatusOr<int64_t> generation = CurrentGeneration();
  if (!generation.ok()) return generation.status();
  if (!options_.location.is_single() && *generation < this->generation()) {
    log_(Severity::kError,
         absl::StrFormat(
             "Redis holds change %d, but %d was known: it has lost changes "
             "that were made by command (`groupring audit` tells the last)",
             *generation, this->generation()));
  }
  const absl::StatusOr<Acceptance> accepted = CurrentAcceptance();
  if (!accepted.ok()) return accepted.status();
  Wanted new_names;
  absl::StatusOr<bool> complete = walk;
  if (!walk) complete = AddNewNames(*generation, &new_names);
  if (!complete.ok()) return complete.status();
  Staged staged;
  status = StageEverything(walk, std::move(new_names), &staged);
  if (status.ok() && !walk && mirror_.LeavesNoName(staged)) {
    // What else there is matters to whoever has to judge.
    staged = {};
    status = StageEverything(true, {}, &staged);
    complete = true;
  }
  if (!status.ok()) return status;
  claims_.Clear();
  if (*complete) {
    staged.generation = *generation;
  } else {
    ClaimAfterWalk(*generation);
  }
  complaints_.Update(staged.findings.keys, staged.findings.complaints);
  staged.accepted_unix_millis = accepted->unix_millis;
  HoldOrCommit(staged, quiet, *accepted);
  return absl::OkStatus();
}

absl::Status Follower::StageEverything(bool walk, Wanted wanted,
                                       Staged* staged) {
  for (const auto& [name, data] : mirror_.dataset().names) {
    wanted.names[name] = NameParts::All();
  }
  if (walk) {
    NameFinder::Names found;
    const absl::Status walked =
        finder_.Walk(&link_->data(), &stats_->commands, *stop_, &found);
    if (!walked.ok()) return walked;
    AddFound(found, &wanted);
  }
  absl::Status status = ReadAndStage(wanted, staged);
  if (!status.ok()) return status;
  // Known groups, too, may have changed while nobody told us.
  Wanted groups;
  for (const std::string& group : mirror_.AllGroups(*staged)) {
    if (!staged->groups.contains(group)) {
      groups.groups[group] = GroupParts::All();
    }
  }
  return ReadAndStage(groups, staged);
}

void Follower::HoldOrCommit(const Staged& staged, bool quiet,
                            const Acceptance& acceptance) {
  const bool first = !stats_->loaded.load();
  HoldLook look = mirror_.Look(staged);
  look.quiet = quiet;
  look.accepted = Accepts(acceptance, Doubted(look.names.size()));
  const bool lost_all = look.known > 0 && look.returned == 0;
  const bool suspicious = lost_all || (!first && staged.findings.vanished);
  const bool believed =
      hold_ ? hold_->Ends(look, Now()) : !suspicious || look.accepted;
  if (!believed) {
    HoldOn(std::move(look), first);
    return;
  }
  if (suspicious && look.accepted) {
    log_(Severity::kWarning, AcceptedWords(acceptance));
  } else if (hold_) {
    log_(Severity::kInfo, absl::StrFormat("Redis holds data again: %d names",
                                          look.names.size()));
  }
  hold_.reset();
  stats_->holding = false;
  stats_->live_since_unix_millis = clock_->UnixMillis();
  stats_->loads.fetch_add(1);
  Commit(staged, first);
}

void Follower::HoldOn(HoldLook look, bool first) {
  const bool known_lost = hold_ && hold_->lost_all();
  const bool begins = !hold_;
  if (begins) hold_.emplace(Now(), clock_->UnixMillis());
  stats_->holding_since_unix_millis = hold_->since_unix_millis();
  stats_->holding_names = static_cast<int64_t>(look.names.size());
  stats_->holding = true;
  hold_->Note(std::move(look), Now());
  if (hold_->lost_all() && !known_lost) {
    SayLost();
  } else if (begins) {
    log_(Severity::kWarning,
         "data vanished from Redis all at once: what was known stays until "
         "Redis' data stays still");
  }
  // From the start on there is something to answer from.
  if (first) PublishAll();
}

void Follower::SayLost() {
  log_(Severity::kError,
       LostAllWords(mirror_.dataset().names.size(), hold_->names()));
  say_again_ = Now() + kSayAgain;
}

DoubtedData Follower::Doubted(size_t names) const {
  return {names, mirror_.dataset().accepted_unix_millis,
          stats_->confirmed_unix_millis};
}

void Follower::LookAgainSoon() {
  if (hold_) hold_->LookAgainSoon(Now());
}

}  // namespace groupring::redis
