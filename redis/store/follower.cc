#include "redis/store/follower.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "redis/base/status_macros.h"
#include "redis/load/loader.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;

// Without invalidations every known key is read once in this time.
constexpr milliseconds kPollInterval{1000};
// Rounds of draws leave at least this share of the time to everything else. A
// pool lasts for 2,500 draws a second at this pace; beyond that, Redis and we
// would spend on each draw what PowerDNS needs to answer.
constexpr milliseconds kMinFillPause{100};
constexpr int kFillRestPerWork = 3;

constexpr milliseconds kCheckInterval{1000};

// At most this many names, and as many groups, are read again in a second: as a
// safety net; and where nothing is announced.
constexpr int64_t kRereadPerSecond = 3;
constexpr int64_t kPollPerSecond = 2000;

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
                   finder_.Follow(dataset, change);
                   filler_.SetsChanged(dataset, change);
                   draws_wanted_ = true;
                   listener(dataset, change);
                 }),
      complaints_(clock, log, &stats->malformed),
      health_(options, clock, &complaints_),
      finder_(options, clock, log, &complaints_),
      generations_(&publisher_.dataset(), &finder_, &complaints_),
      affinity_(clock, &generations_, &publisher_, &queue_),
      load_(options, clock, log, stats, &publisher_, &complaints_, &unreadable_,
            &finder_, &generations_),
      announcements_(options, clock, log, stats,
                     [this] { ObserveInvalidations(); }),
      server_(options, clock) {}

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
  RETURN_IF_ERROR(server_.MeasureTime(link));
  finder_.ForgetNoNames();
  if (!load_.doubting() && stats_->loaded) {
    stats_->confirmed_unix_millis = stats_->last_contact_unix_millis.load();
  }
  RETURN_IF_ERROR(announcements_.Begin(link));
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
  ResetReread();
  next_check_ = now + kCheckInterval;
  server_.Begin();
  next_fill_ = now;
  draws_wanted_ = true;
  while (true) {
    BeginTurn();
    RETURN_IF_ERROR(Wait());
    RETURN_IF_ERROR(Step());
  }
}

absl::Status Follower::Wait() {
  TimePoint until = std::min({finder_.next_step(), reread_names_.next_step(),
                              reread_groups_.next_step(), next_check_});
  until = std::min(until, load_.next_look().value_or(until));
  until = std::min(until, announcements_.next_step().value_or(until));
  until = std::min(until, affinity_.next_step().value_or(until));
  if (!load_.doubting()) {
    if (draws_wanted_) until = std::min(until, next_fill_);
    if (!unreadable_.empty()) until = std::min(until, unreadable_.next_step());
    if (!link_->pending().empty() || must_catch_up()) {
      until = std::min(until, announcements_.next_reaction());
    } else if (!queue_.empty()) {
      until = std::min(
          until, std::max(queue_.next_round(), announcements_.next_reaction()));
    }
  }
  const absl::StatusOr<bool> woken =
      link_->Wait(until - Now(), thread_->wakeup()->fd());
  if (thread_->stopping()) return absl::CancelledError("stopping");
  TellWhetherChangesWait();
  if (woken.ok() && *woken) {
    thread_->wakeup()->Clear();
    draws_wanted_ = true;
  }
  return woken.status();
}

absl::Status Follower::Step() {
  if (IsDue(announcements_.next_step())) RETURN_IF_ERROR(StepAnnouncements());
  RETURN_IF_ERROR(ApplyInvalidations());
  if (IsDue(load_.next_look())) RETURN_IF_ERROR(LoadAll());
  if (Now() >= next_check_) RETURN_IF_ERROR(CheckAlive());
  if (Now() >= finder_.next_step()) RETURN_IF_ERROR(Discover());
  for (RereadSchedule* const reread : {&reread_groups_, &reread_names_}) {
    if (Now() >= reread->next_step()) RETURN_IF_ERROR(RereadSome(reread));
  }
  if (IsDue(affinity_.next_step()))
    RETURN_IF_ERROR(affinity_.Step(&link_->data()));
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
  if (load_.doubting()) {
    // They stay pending: what tells the next look that Redis was not quiet.
    if (!pending.empty()) load_.LookAgainSoon();
    return absl::OkStatus();
  }
  if (pending.flushed) return LoadAll();
  if (Now() < announcements_.next_reaction()) return absl::OkStatus();
  NotePending();
  if (must_catch_up()) RETURN_IF_ERROR(CatchUp());
  if (affinity_.waits()) RETURN_IF_ERROR(affinity_.ReadChange(&link_->data()));
  if (!load_.doubting() && !queue_.empty() && Now() >= queue_.next_round()) {
    RETURN_IF_ERROR(ReadRound());
  }
  if (load_.doubting()) return absl::OkStatus();
  RETURN_IF_ERROR(ReadHealth());
  return std::exchange(acceptance_waits_, false)
             ? load_.CheckAcceptance(&link_->data())
             : absl::OkStatus();
}

absl::Status Follower::ReadRound() {
  const TimePoint start = Now();
  const ChangeRound round = queue_.Take(start);
  stats_->changed_reads += round.selection.owners();
  RETURN_IF_ERROR(Read(round.selection, round.generation));
  queue_.RoundRead(round, start, Now());
  if (load_.doubting()) return absl::OkStatus();
  const Dataset& dataset = publisher_.dataset();
  for (const std::string& name : round.found) {
    if (!dataset.names.contains(name)) finder_.NoName(name);
  }
  RETURN_IF_ERROR(ReadHealth());
  ASSIGN_OR_RETURN(
      const AnnouncementChoice::Outcome outcome,
      announcements_.Note(round.announced, last_changed_, dataset));
  return Heed(outcome);
}

absl::Status Follower::StepAnnouncements() {
  ASSIGN_OR_RETURN(const AnnouncementChoice::Outcome outcome,
                   announcements_.Step(publisher_.dataset()));
  return Heed(outcome);
}

absl::Status Follower::Heed(AnnouncementChoice::Outcome outcome) {
  switch (outcome) {
    case AnnouncementChoice::Outcome::kSame:
      break;
    case AnnouncementChoice::Outcome::kPoll:
      link_->pending().keys.clear();  // but not that all was deleted
      ResetReread();
      break;
    case AnnouncementChoice::Outcome::kReload:
      // What is read from now on is announced again.
      ResetReread();
      return LoadAll();
  }
  return absl::OkStatus();
}

void Follower::ResetReread() {
  const milliseconds interval =
      tracking() ? options_.reread_interval : kPollInterval;
  const int64_t most = tracking() ? kRereadPerSecond : kPollPerSecond;
  reread_names_.Reset(interval, most, Now());
  reread_groups_.Reset(interval, most, Now());
}

absl::Status Follower::CatchUp() {
  generation_waits_ = false;
  ASSIGN_OR_RETURN(const int64_t generation, generations_.Read(&link_->data()));
  if (generations_.IsSettled(generation)) return absl::OkStatus();
  // What changed before that is announced by now, on the other connection.
  RETURN_IF_ERROR(link_->Sync());
  if (link_->pending().flushed) return LoadAll();
  NotePending();
  KeySelection selection;
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
  queue_.Add(selection);
  if (reached) queue_.AimFor(*reached);
  return absl::OkStatus();
}

absl::Status Follower::Discover() {
  NameFinder::Names found;
  ASSIGN_OR_RETURN(const bool completed, finder_.Step(&link_->data(), &found));
  bool all_known = !load_.doubting();
  for (const std::string& name : found) {
    if (load_.doubting()) {
      if (!load_.HasSeen(name)) load_.LookAgainSoon();
    } else if (!publisher_.dataset().names.contains(name)) {
      queue_.AddFound(name);
      all_known = false;
    }
  }
  finder_.StepExamined(all_known);
  if (load_.doubting() || !completed) return absl::OkStatus();
  const std::optional<int64_t> generation = generations_.WalkCompleted();
  if (generation && !queue_.has_aim()) queue_.AimFor(*generation);
  return absl::OkStatus();
}

absl::Status Follower::RereadSome(RereadSchedule* reread) {
  const TimePoint start = Now();
  KeySelection selection;
  reread->TakeStep(publisher_.dataset(), &selection);
  if (!load_.doubting()) {
    if (selection.affinity && tracking() && affinity_.BeginComparison()) {
      selection.affinity = false;
    }
    stats_->rereads += selection.owners();
    RETURN_IF_ERROR(Read(selection));
    if (last_changed_ > 0) RETURN_IF_ERROR(FindUnannounced(selection));
  }
  if (!load_.doubting()) generation_waits_ = true;
  if (load_.doubting() || !tracking()) {
    RETURN_IF_ERROR(load_.CheckAcceptance(&link_->data()));
  }
  reread->StepTaken(start, Now());
  return absl::OkStatus();
}

// What was read has changed. Where Redis has not said so, something was lost
// (or databases were swapped), and it would take long to find all of it in
// turn.
absl::Status Follower::FindUnannounced(const KeySelection& read) {
  if (!tracking() || Now() < next_unannounced_) return absl::OkStatus();
  RETURN_IF_ERROR(link_->Sync());
  if (link_->pending().flushed) return absl::OkStatus();
  NotePending();
  if (load_.doubting() || queue_.HoldsAnyOf(read)) return absl::OkStatus();
  next_unannounced_ = Now() + options_.reread_interval;
  log_(Severity::kInfo,
       "a change in Redis was not announced: everything is read again");
  return LoadAll();
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
  next_fill_ = end + std::max<std::chrono::nanoseconds>(
                         kMinFillPause, kFillRestPerWork * (end - start));
  return absl::OkStatus();
}

absl::Status Follower::CheckAlive() {
  const TimePoint now = Now();
  next_check_ = now + std::min(kCheckInterval, options_.command_timeout);
  load_.RepeatWarning();
  RETURN_IF_ERROR(link_->CheckAlive(now));
  RETURN_IF_ERROR(link_->Drain());
  RETURN_IF_ERROR(StepAnnouncements());
  if (health_.is_due()) RETURN_IF_ERROR(ReadAllHealth());
  return server_.is_due() ? server_.Check(generation(), link_)
                          : absl::OkStatus();
}

// While Redis' data is doubted, health stays as it was.
absl::Status Follower::ReadHealth() {
  if (load_.doubting()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool changed, health_.Read(&link_->data()));
  if (changed) ++last_changed_;
  return absl::OkStatus();
}

absl::Status Follower::LoadAll() {
  queue_.Clear();
  affinity_.Clear();
  generation_waits_ = acceptance_waits_ = false;
  const size_t groups = publisher_.dataset().groups.size();
  RETURN_IF_ERROR(load_.Run(link_, [this, groups](size_t names) {
    return announcements_.Fit(names, groups).status();
  }));
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
    ASSIGN_OR_RETURN(const bool flushed, link_->WasFlushed());
    if (flushed || mirror->LeavesNoName(staged)) return LoadAll();
  }
  complaints_.Update(staged.findings.keys, staged.findings.complaints);
  unreadable_.Update(staged.findings);
  finder_.NoteNames(staged.names, publisher_.dataset());
  last_changed_ = publisher_.Commit(staged);
  return absl::OkStatus();
}

void Follower::NotePending() {
  for (const std::string& key : std::exchange(link_->pending().keys, {})) {
    if (key == kGenerationKey) {
      generation_waits_ = true;
    } else if (key == kAcceptedKey) {
      acceptance_waits_ = true;
    } else if (!health_.NoteChanged(key) && !affinity_.NoteChanged(key)) {
      queue_.Add(key, publisher_.dataset());
    }
  }
}

}  // namespace groupring::redis
