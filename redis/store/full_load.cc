#include "redis/store/full_load.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/load/loader.h"
#include "redis/load/own_values.h"

namespace groupring::redis {
namespace {

constexpr std::chrono::seconds kWarnAgain{60};

// With more keys in Redis than these for each name, a walk over them costs more
// than it saves.
constexpr size_t kMostKeysPerName = 20;

}  // namespace

FullLoad::FullLoad(const StoreOptions& options, const Clock* clock, LogSink log,
                   StoreStats* stats, Publisher* publisher,
                   ComplaintLog* complaints, UnreadableKeys* unreadable,
                   NameFinder* finder, GenerationTracker* generations)
    : options_(options),
      clock_(clock),
      log_(std::move(log)),
      stats_(stats),
      publisher_(publisher),
      complaints_(complaints),
      unreadable_(unreadable),
      finder_(finder),
      generations_(generations) {}

absl::Status FullLoad::Run(Link* link, const BeforeNames& before_names) {
  finder_->ForgetKeys();
  // What is pending is about to be read; what arrives from here on counts.
  RETURN_IF_ERROR(link->Drain());
  const bool quiet = std::exchange(link->pending(), {}).empty();
  const Dataset& dataset = publisher_->dataset();
  // Names that are known are read at once. A walk over the whole key space
  // comes first only when there is nothing better to go by: it can be huge.
  const bool walk =
      doubting() || dataset.names.empty() || !stats_->loaded.load();
  ASSIGN_OR_RETURN(const int64_t generation, generations_->Read(&link->data()));
  if (!options_.location.is_single() && generation < dataset.generation) {
    log_(Severity::kError,
         absl::StrFormat(
             "Redis holds change %d, but %d was known: it has lost changes "
             "that were made by command (`groupring audit` tells the last)",
             generation, dataset.generation));
  }
  ASSIGN_OR_RETURN(const Acceptance acceptance, Accepted(&link->data()));
  generations_->Clear();
  KeySelection new_names;
  Staged staged;
  staged.generation = generation;
  if (!walk) {
    ASSIGN_OR_RETURN(
        staged.generation,
        generations_->Reach(generation, &link->data(), &new_names));
  }
  ASSIGN_OR_RETURN(const bool walked, Stage(walk, std::move(new_names), link,
                                            before_names, &staged));
  if (!walk && publisher_->mirror()->LeavesNoName(staged)) {
    // Whether this is a loss is judged by what else there is.
    generations_->Clear();
    if (!walked) {
      staged = {};
      RETURN_IF_ERROR(Stage(true, {}, link, before_names, &staged).status());
    }
    staged.generation = generation;
  }
  complaints_->Update(staged.findings.keys, staged.findings.complaints);
  unreadable_->Update(staged.findings);
  staged.accepted_unix_millis = acceptance.unix_millis;
  bool flushed = false;
  if (doubting()) {
    ASSIGN_OR_RETURN(flushed, link->WasFlushed());
  }
  Judge(staged, {quiet, flushed}, acceptance);
  return absl::OkStatus();
}

absl::StatusOr<bool> FullLoad::Stage(bool walk, KeySelection names, Link* link,
                                     const BeforeNames& before_names,
                                     Staged* staged) const {
  const auto walk_for = [&](ExistingKeys* existing) -> absl::Status {
    NameFinder::Names found;
    RETURN_IF_ERROR(finder_->Walk(&link->data(), &found, existing));
    for (const std::string& name : found) {
      names.names[name] = NameParts::All();
    }
    return absl::OkStatus();
  };
  if (walk) RETURN_IF_ERROR(walk_for(nullptr));
  const size_t count =
      std::max(names.names.size(), publisher_->dataset().names.size());
  RETURN_IF_ERROR(before_names(count));
  // With this many names it matters which keys they have; a key that comes up
  // later is announced. Where Redis remembers keys it has to be asked for each.
  std::optional<ExistingKeys> existing;
  if (link->announced() == Announced::kAllWrites) {
    ASSIGN_OR_RETURN(const Reply size, link->data().Command({"DBSIZE"}));
    if (size.type == Reply::Type::kInteger &&
        static_cast<size_t>(size.integer) <= kMostKeysPerName * count) {
      RETURN_IF_ERROR(walk_for(&existing.emplace()));
    }
  }
  LoaderOptions options;
  // What is announced meanwhile is taken in: Redis closes a connection on which
  // too much waits.
  options.between = [link] { return link->Drain(); };
  options.existing = existing ? &*existing : nullptr;
  options.notes = [this](const std::string& key) {
    return complaints_->IsOpen(key) || unreadable_->contains(key);
  };
  RETURN_IF_ERROR(
      Loader(publisher_->mirror(), &link->data(), std::move(options))
          .StageEverything(std::move(names), staged));
  return walk || existing;
}

void FullLoad::Judge(const Staged& staged, Meanwhile meanwhile,
                     const Acceptance& acceptance) {
  const bool first = !stats_->loaded.load();
  LossEvidence evidence = publisher_->mirror()->Compare(staged);
  evidence.quiet = meanwhile.quiet;
  evidence.flushed = meanwhile.flushed;
  evidence.accepted = Accepts(acceptance, Doubted(evidence.names.size()));
  const Returned& names = evidence.of_known.names;
  const bool lost_all = names.known > 0 && names.returned == 0;
  const bool suspicious = lost_all || (!first && staged.findings.vanished);
  const bool believed = guard_ ? guard_->Believes(evidence, Now())
                               : !suspicious || evidence.accepted;
  if (!believed) {
    Doubt(std::move(evidence), first);
    return;
  }
  if (suspicious && evidence.accepted) {
    log_(Severity::kWarning, AcceptedWords(acceptance));
  } else if (guard_) {
    log_(Severity::kInfo, absl::StrFormat("Redis holds data again: %d names",
                                          evidence.names.size()));
  }
  guard_.reset();
  stats_->holding = false;
  stats_->live_since_unix_millis = clock_->UnixMillis();
  stats_->loads.fetch_add(1);
  publisher_->Commit(staged, /*everything=*/first);
}

void FullLoad::Doubt(LossEvidence evidence, bool first) {
  const bool known_lost = guard_ && guard_->lost_all();
  const bool begins = !guard_;
  if (begins) guard_.emplace(Now(), clock_->UnixMillis());
  stats_->holding_since_unix_millis = guard_->since_unix_millis();
  stats_->holding_names = static_cast<int64_t>(evidence.names.size());
  stats_->holding_returned.Set(evidence.of_known);
  stats_->holding = true;
  guard_->Doubt(std::move(evidence), Now());
  if (guard_->lost_all() && !known_lost) {
    WarnOfLoss();
  } else if (begins) {
    log_(Severity::kWarning,
         "data vanished from Redis all at once: what was known stays until "
         "Redis' data stays still");
  }
  // From the start on there is something to answer from.
  if (first) publisher_->PublishAll();
}

std::optional<FullLoad::TimePoint> FullLoad::next_look() const {
  return guard_ ? guard_->look_again() : std::nullopt;
}

void FullLoad::LookAgainSoon() {
  if (guard_) guard_->LookAgainSoon(Now());
}

bool FullLoad::HasSeen(const std::string& name) const {
  return guard_ && guard_->Knows(name);
}

void FullLoad::RepeatWarning() {
  if (guard_ && guard_->lost_all() && Now() >= next_warning_) WarnOfLoss();
}

void FullLoad::WarnOfLoss() {
  log_(Severity::kError, LostAllWords(guard_->names(), guard_->returned()));
  next_warning_ = Now() + kWarnAgain;
}

absl::Status FullLoad::CheckAcceptance(Connection* connection) {
  ASSIGN_OR_RETURN(const Acceptance acceptance, Accepted(connection));
  if (guard_) {
    if (Accepts(acceptance, Doubted(guard_->names()))) LookAgainSoon();
    return absl::OkStatus();
  }
  Staged staged;
  staged.accepted_unix_millis = acceptance.unix_millis;
  publisher_->Commit(staged);
  return absl::OkStatus();
}

DoubtedData FullLoad::Doubted(size_t names) const {
  return {names, publisher_->dataset().accepted_unix_millis,
          stats_->confirmed_unix_millis};
}

absl::StatusOr<Acceptance> FullLoad::Accepted(Connection* connection) const {
  Findings findings;
  absl::StatusOr<Acceptance> acceptance = ReadAcceptance(connection, &findings);
  complaints_->Update(findings.keys, findings.complaints);
  return acceptance;
}

}  // namespace groupring::redis
