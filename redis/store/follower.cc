#include "redis/store/follower.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "redis/base/status_macros.h"
#include "redis/connection/server_time.h"
#include "redis/load/loader.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Without invalidations every known key is read once in this time.
constexpr milliseconds kPollInterval{1000};

// Rounds of draws leave at least this share of the time to everything else. A
// pool lasts for 2,500 draws a second at this pace; beyond that, Redis and we
// would spend on each draw what PowerDNS needs to answer.
constexpr milliseconds kMinFillPause{100};
constexpr int kFillRestPerWork = 3;

constexpr milliseconds kCheckInterval{1000};

// Announcements that go well for so long are believed to.
constexpr std::chrono::seconds kProvenTracking{10};

}  // namespace

Follower::Follower(const StoreOptions& options, const Clock* clock,
                   const LogSink& log, Store::Listener listener,
                   StoreStats* stats, WorkerThread* thread,
                   const KnownData& known)
    : options_(options),
      clock_(clock),
      log_(log),
      stats_(stats),
      thread_(thread),
      publisher_(known, clock, stats, options.schema,
                 [this, listener = std::move(listener)](
                     const Dataset& dataset, const DatasetChange& change) {
                   for (const std::string& group : change.groups) {
                     if (!dataset.groups.contains(group)) ForgetGroup(group);
                   }
                   health_.Follow(dataset, change);
                   filler_.SetsChanged(dataset, change);
                   draws_wanted_ = true;
                   listener(dataset, change);
                 }),
      complaints_(clock, log, &stats->malformed),
      health_(options, clock, &complaints_),
      finder_(options, clock, log, &complaints_),
      generations_(&publisher_.dataset(), &finder_, &complaints_),
      load_(options, clock, log, stats, &publisher_, &complaints_, &unreadable_,
            &finder_, &generations_),
      sentinels_(&options_.location) {}

absl::Status Follower::Begin(Link* link) {
  link_ = link;
  ObserveInvalidations();
  link->data().Observe(
      [this] {
        stats_->commands.fetch_add(1, std::memory_order_relaxed);
        NoteContact();
      },
      &thread_->stop_flag());
  // First, because what is loaded is judged by it.
  RETURN_IF_ERROR(MeasureTime());
  finder_.ForgetNoNames();
  if (!load_.doubting() && stats_->loaded) {
    stats_->confirmed_unix_millis = stats_->last_contact_unix_millis.load();
  }
  return LoadAll();
}

void Follower::ObserveInvalidations() {
  if (link_->invalidation() == nullptr) return;
  link_->invalidation()->Observe([this] { NoteContact(); },
                                 &thread_->stop_flag());
}

absl::Status Follower::Follow() {
  const TimePoint now = Now();
  finder_.Start();
  reread_.Reset(tracking() ? options_.reread_interval : kPollInterval, now);
  next_check_ = now + kCheckInterval;
  next_role_check_ = now + options_.role_interval;
  next_tracking_retry_ = now + options_.tracking_retry_interval;
  next_fill_ = now;
  draws_wanted_ = true;
  resume_tracking_.reset();
  stats_->tracking_overflows = false;
  while (true) {
    stats_->turns.fetch_add(1);
    RETURN_IF_ERROR(Wait());
    RETURN_IF_ERROR(Step());
  }
}

absl::Status Follower::Wait() {
  TimePoint until =
      std::min({finder_.next_step(), reread_.next_step(), next_check_});
  if (draws_wanted_ && !load_.doubting()) until = std::min(until, next_fill_);
  if (!unreadable_.empty() && !load_.doubting()) {
    until = std::min(until, unreadable_.next_step());
  }
  until = std::min(until, load_.next_look().value_or(until));
  until = std::min(until, resume_tracking_.value_or(until));
  if (!link_->pending().empty() && !load_.doubting()) {
    until = std::min(until, guard_.next_reaction());
  }
  const absl::StatusOr<bool> woken =
      link_->Wait(until - Now(), thread_->wakeup()->fd());
  if (thread_->stopping()) return absl::CancelledError("stopping");
  if (woken.ok() && *woken) {
    thread_->wakeup()->Clear();
    draws_wanted_ = true;
  }
  return woken.status();
}

absl::Status Follower::Step() {
  if (resume_tracking_ && Now() >= *resume_tracking_) {
    RETURN_IF_ERROR(ResumeTracking());
  }
  RETURN_IF_ERROR(ApplyInvalidations());
  const std::optional<TimePoint> next_look = load_.next_look();
  if (next_look && Now() >= *next_look) RETURN_IF_ERROR(LoadAll());
  if (Now() >= next_check_) RETURN_IF_ERROR(CheckAlive());
  if (Now() >= finder_.next_step()) RETURN_IF_ERROR(Discover());
  if (Now() >= reread_.next_step()) RETURN_IF_ERROR(RereadSome());
  if (!unreadable_.empty() && !load_.doubting() &&
      Now() >= unreadable_.next_step()) {
    RETURN_IF_ERROR(RetryUnreadable());
  }
  if (draws_wanted_ && !load_.doubting() && Now() >= next_fill_) {
    RETURN_IF_ERROR(FillPools());
  }
  return absl::OkStatus();
}

absl::Status Follower::ApplyInvalidations() {
  const Invalidations& pending = link_->pending();
  if (pending.empty()) return absl::OkStatus();
  if (load_.doubting()) {
    // They stay pending: what tells the next look that Redis was not quiet.
    load_.LookAgainSoon();
    return absl::OkStatus();
  }
  if (pending.flushed) return LoadAll();
  if (Now() < guard_.next_reaction()) return absl::OkStatus();
  const std::vector<std::string> announced = pending.keys;
  const bool accepted = absl::c_linear_search(pending.keys, kAcceptedKey);
  if (absl::c_linear_search(pending.keys, kGenerationKey)) {
    RETURN_IF_ERROR(CatchUp());
  } else {
    RETURN_IF_ERROR(Read(TakePending()));
  }
  RETURN_IF_ERROR(ReadHealth());
  guard_.Note(announced, last_changed_, Now());
  if (guard_.overflows()) RETURN_IF_ERROR(StopTracking());
  return accepted ? load_.CheckAcceptance(&link_->data()) : absl::OkStatus();
}

absl::Status Follower::StopTracking() {
  RETURN_IF_ERROR(link_->StopTracking(absl::ResourceExhaustedError(
      "Redis forgets keys that are followed (tracking-table-max-keys)")));
  link_->pending() = {};
  stats_->tracking = false;
  stats_->tracking_overflows = true;
  resume_tracking_ = guard_.StartRest(Now());
  reread_.Reset(kPollInterval, Now());
  if (!std::exchange(said_overflow_, true)) {
    log_(
        Severity::kWarning,
        "Redis announces keys that have not changed, as it cannot remember all "
        "that are followed: known keys are polled instead; raise "
        "tracking-table-max-keys (`groupring doctor` says to what)");
  }
  return absl::OkStatus();
}

absl::Status Follower::ResumeTracking() {
  resume_tracking_.reset();
  RETURN_IF_ERROR(link_->ResumeTracking());
  resumed_tracking_ = Now();
  return TrackAgain();
}

absl::Status Follower::RetryTracking() {
  next_tracking_retry_ = Now() + options_.tracking_retry_interval;
  RETURN_IF_ERROR(link_->RetryTracking(Timeouts()));
  if (!tracking()) return absl::OkStatus();
  ObserveInvalidations();
  log_(Severity::kInfo, "Redis announces changes now");
  return TrackAgain();
}

absl::Status Follower::TrackAgain() {
  stats_->tracking = tracking();
  // What is read from now on is announced again.
  reread_.Reset(tracking() ? options_.reread_interval : kPollInterval, Now());
  return LoadAll();
}

absl::Status Follower::CatchUp() {
  ASSIGN_OR_RETURN(const int64_t generation, generations_.Read(&link_->data()));
  if (generations_.IsSettled(generation)) return Read(TakePending());
  // What was changed before we read the generation has been announced by now,
  // but on the other connection.
  RETURN_IF_ERROR(link_->Sync());
  if (link_->pending().flushed) return LoadAll();
  KeySelection selection = TakePending();
  if (!tracking()) {  // nobody announces anything
    selection.affinity = true;
    for (const auto& [name, data] : publisher_.dataset().names) {
      selection.names[name] = NameParts::All();
    }
    for (const auto& [group, data] : publisher_.dataset().groups) {
      selection.groups[group] = GroupParts::All();
    }
  }
  ASSIGN_OR_RETURN(const std::optional<int64_t> reached,
                   generations_.Reach(generation, &link_->data(), &selection));
  return Read(selection, reached);
}

absl::Status Follower::Discover() {
  NameFinder::Names found;
  ASSIGN_OR_RETURN(const bool completed, finder_.Step(&link_->data(), &found));
  KeySelection selection;
  for (const std::string& name : found) {
    if (load_.doubting()) {
      if (!load_.HasSeen(name)) load_.LookAgainSoon();
    } else if (!publisher_.dataset().names.contains(name)) {
      selection.names[name] = NameParts::All();
    }
  }
  if (load_.doubting()) return absl::OkStatus();
  std::optional<int64_t> generation;
  if (completed) generation = generations_.WalkCompleted();
  RETURN_IF_ERROR(Read(selection, generation));
  for (const auto& [name, parts] : selection.names) {
    if (!publisher_.dataset().names.contains(name)) finder_.NoName(name);
  }
  return absl::OkStatus();
}

absl::Status Follower::RereadSome() {
  const TimePoint start = Now();
  KeySelection selection;
  reread_.TakeStep(publisher_.dataset(), &selection);
  if (!load_.doubting()) RETURN_IF_ERROR(Read(selection));
  if (!load_.doubting()) RETURN_IF_ERROR(CatchUp());
  if (load_.doubting() || !tracking()) {
    RETURN_IF_ERROR(load_.CheckAcceptance(&link_->data()));
  }
  reread_.StepTaken(start, Now());
  return absl::OkStatus();
}

absl::Status Follower::RetryUnreadable() {
  KeySelection selection;
  unreadable_.TakeStep(publisher_.dataset(), &selection);
  RETURN_IF_ERROR(Read(selection));
  unreadable_.StepTaken(Now());
  return absl::OkStatus();
}

// No name refers to it any more, so its keys are not read again.
void Follower::ForgetGroup(const std::string& group) {
  for (const std::string& key :
       {MakeKey(group, KeyKind::kState), MakeKey(group, KeyKind::kMembers),
        MakeKey(group, KeyKind::kMembers, Family::kAaaa)}) {
    complaints_.Forget(key);
    unreadable_.Forget(key);
  }
}

absl::Status Follower::FillPools() {
  const TimePoint start = Now();
  ASSIGN_OR_RETURN(draws_wanted_,
                   filler_.Round(&link_->data(), &stats_->draws));
  const TimePoint end = Now();
  next_fill_ = end + std::max<nanoseconds>(kMinFillPause,
                                           kFillRestPerWork * (end - start));
  return absl::OkStatus();
}

absl::Status Follower::CheckAlive() {
  const TimePoint now = Now();
  next_check_ = now + std::min(kCheckInterval, options_.command_timeout);
  load_.RepeatWarning();
  if (said_overflow_ && tracking() &&
      now - resumed_tracking_ > kProvenTracking) {
    said_overflow_ = false;
    stats_->tracking_overflows = false;
    log_(Severity::kInfo, "Redis announces changes again");
  }
  RETURN_IF_ERROR(link_->CheckAlive(now));
  RETURN_IF_ERROR(link_->Drain());
  const bool refused = !tracking() && !resume_tracking_;
  if (refused && now >= next_tracking_retry_) RETURN_IF_ERROR(RetryTracking());
  if (health_.is_due()) RETURN_IF_ERROR(ReadAllHealth());
  return now >= next_role_check_ ? CheckRole() : absl::OkStatus();
}

absl::Status Follower::CheckRole() {
  next_role_check_ = Now() + options_.role_interval;
  RETURN_IF_ERROR(MeasureTime());
  if (options_.location.is_single()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ServerRole role, AskRole(&link_->data()));
  ServerRole& before = link_->role();
  const bool was_up = std::exchange(before.link_is_up, role.link_is_up);
  if (role.kind == before.kind && (role.link_is_up || !was_up)) {
    return sentinels_.Check(
        link_->endpoint(),
        {.read = options_.location.read, .least_generation = generation()},
        Timeouts());
  }
  return absl::AbortedError("the server is now " + RoleWords(role) +
                            ": looking for a better one");
}

absl::Status Follower::MeasureTime() {
  if (options_.redis_clock == nullptr) return absl::OkStatus();
  const bool replica = link_->role().kind == ServerRole::Kind::kReplica;
  const absl::Status status =
      AskTime(replica ? TimeSource::kReplica : TimeSource::kMaster,
              &link_->data(), options_.redis_clock);
  // A user who may not ask for the time can still follow the data.
  const bool refused =
      absl::IsPermissionDenied(status) || absl::IsInternal(status);
  return refused ? absl::OkStatus() : status;
}

// While Redis' data is doubted, health stays as it was.
absl::Status Follower::ReadHealth() {
  if (load_.doubting()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool changed, health_.Read(&link_->data()));
  if (changed) ++last_changed_;
  return absl::OkStatus();
}

absl::Status Follower::LoadAll() {
  RETURN_IF_ERROR(load_.Run(link_));
  return ReadAllHealth();
}

absl::Status Follower::ReadAllHealth() {
  if (load_.doubting()) return absl::OkStatus();
  const milliseconds interval =
      tracking() ? options_.reread_interval : kPollInterval;
  return health_.ReadAll(publisher_.dataset(), interval, &link_->data())
      .status();
}

absl::Status Follower::Read(const KeySelection& selection,
                            std::optional<int64_t> generation) {
  last_changed_ = 0;
  if (selection.empty() && !generation) return absl::OkStatus();
  Mirror* const mirror = publisher_.mirror();
  Staged staged;
  staged.generation = generation;
  RETURN_IF_ERROR(Loader(mirror, &link_->data()).Stage(selection, &staged));
  if (staged.findings.vanished) {
    ASSIGN_OR_RETURN(const bool flushed, WasFlushed());
    if (flushed || mirror->LeavesNoName(staged)) return LoadAll();
  }
  complaints_.Update(staged.findings.keys, staged.findings.complaints);
  unreadable_.Update(staged.findings);
  finder_.NoteNames(staged.names, publisher_.dataset());
  last_changed_ = publisher_.Commit(staged);
  return absl::OkStatus();
}

absl::StatusOr<bool> Follower::WasFlushed() {
  // The announcement of a flush can trail the reply that shows its effect:
  // after one more round trip it has arrived.
  ASSIGN_OR_RETURN(const Reply size, link_->data().Command({"DBSIZE"}));
  RETURN_IF_ERROR(link_->Drain());
  if (tracking()) return link_->pending().flushed;
  return size.type == Reply::Type::kInteger && size.integer == 0;
}

KeySelection Follower::TakePending() {
  KeySelection selection;
  for (const std::string& key : std::exchange(link_->pending().keys, {})) {
    if (health_.NoteChanged(key)) continue;
    AddChangedKey(key, publisher_.dataset(), &selection);
  }
  return selection;
}

}  // namespace groupring::redis
