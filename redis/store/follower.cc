#include "redis/store/follower.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "redis/connection/error_reply.h"
#include "redis/connection/server_finder.h"
#include "redis/schema/own_keys.h"
#include "redis/store/key_reader.h"

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

// So many names are read before they are made sense of: ten thousand lists of
// a thousand groups take gigabytes as text, and next to nothing once they
// share one list.
constexpr size_t kNamesPerBatch = 256;

}  // namespace

Follower::Follower(const StoreOptions& options, const Clock* clock, LogSink log,
                   Store::Listener listener, StoreStats* stats, Wakeup* wakeup,
                   const std::atomic<bool>* stop, const KnownData& known)
    : options_(options),
      clock_(clock),
      log_(std::move(log)),
      listener_(std::move(listener)),
      stats_(stats),
      wakeup_(wakeup),
      stop_(stop),
      complaints_(clock, log_, &stats->malformed),
      finder_(options, clock, log_, &complaints_) {
  mirror_.Adopt(known.dataset);
  stats_->confirmed_unix_millis = known.confirmed_unix_millis;
}

absl::Status Follower::Begin(Link* link, const ServerRole& role) {
  link_ = link;
  role_ = role;
  pending_ = {};
  finder_.ForgetNoNames();
  if (!hold_ && stats_->loaded) {
    stats_->confirmed_unix_millis = stats_->last_contact_unix_millis.load();
  }
  return Load();
}

absl::Status Follower::Follow() {
  const TimePoint now = Now();
  const bool tracking = link_->tracking().ok();
  finder_.Start();
  reread_.Reset(tracking ? options_.reread_interval : kPollInterval, now);
  next_check_ = now + kCheckInterval;
  next_role_check_ = now + options_.role_interval;
  next_fill_ = now;
  draws_wanted_ = true;
  absl::Status status;
  while (status.ok()) {
    stats_->turns.fetch_add(1);
    status = Wait();
    if (status.ok()) status = Step();
  }
  return status;
}

// Following.

absl::Status Follower::Wait() {
  TimePoint until =
      std::min({finder_.next_step(), reread_.next_step(), next_check_});
  if (draws_wanted_ && !hold_) until = std::min(until, next_fill_);
  if (hold_ && hold_->look_again()) {
    until = std::min(until, *hold_->look_again());
  }

  const auto left = std::max(
      nanoseconds(0), std::chrono::duration_cast<nanoseconds>(until - Now()));
  timespec timeout{};
  timeout.tv_sec = left.count() / 1'000'000'000;
  timeout.tv_nsec = left.count() % 1'000'000'000;
  pollfd fds[] = {{wakeup_->fd(), POLLIN, 0},
                  {link_->invalidation_fd(), POLLIN, 0},  // -1 is passed over
                  {link_->data().fd(), POLLIN, 0}};
  if (ppoll(fds, std::size(fds), &timeout, nullptr) < 0 && errno != EINTR) {
    return absl::InternalError("ppoll failed");
  }
  if (fds[0].revents != 0) {
    wakeup_->Clear();
    draws_wanted_ = true;
  }
  if (stop_->load()) return absl::CancelledError("stopping");
  if (fds[2].revents != 0) {
    // Nobody asked for anything: Redis closes the connection, or says why.
    const absl::StatusOr<std::optional<Reply>> message =
        link_->data().ReadAvailable();
    if (!message.ok()) return message.status();
    if (message->has_value() && (*message)->is_error()) {
      return StatusOfErrorReply((*message)->text);
    }
  }
  return fds[1].revents != 0 ? Drain() : absl::OkStatus();
}

absl::Status Follower::Step() {
  absl::Status status = ApplyInvalidations();
  if (status.ok() && hold_ && hold_->look_again() &&
      Now() >= *hold_->look_again()) {
    status = Load();
  }
  if (status.ok() && Now() >= next_check_) status = CheckAlive();
  if (status.ok() && Now() >= finder_.next_step()) status = Discover();
  if (status.ok() && Now() >= reread_.next_step()) status = RereadSome();
  if (status.ok() && draws_wanted_ && !hold_ && Now() >= next_fill_) {
    status = FillPools();
  }
  return status;
}

absl::Status Follower::ApplyInvalidations() {
  if (hold_) {
    // Someone is at work; they stay pending, as the mark of unrest.
    if (pending_.flushed || !pending_.keys.empty()) LookAgainSoon();
    return absl::OkStatus();
  }
  if (pending_.flushed) return Load();
  if (pending_.keys.empty()) return absl::OkStatus();
  const auto has = [&](std::string_view key) {
    return std::find(pending_.keys.begin(), pending_.keys.end(), key) !=
           pending_.keys.end();
  };
  const bool accepted = has(kAcceptedKey);
  absl::Status status;
  if (has(kGenerationKey)) {
    status = CatchUp();
  } else {
    Wanted wanted;
    TakePending(&wanted);
    status = Read(wanted);
  }
  if (status.ok() && accepted) status = CheckAcceptance();
  return status;
}

absl::Status Follower::Discover() {
  NameFinder::Names found;
  const absl::StatusOr<bool> completed =
      finder_.Step(&link_->data(), &stats_->commands, &found);
  if (!completed.ok()) return completed.status();
  Touch();
  Wanted wanted;
  AddFound(found, &wanted);
  if (hold_) {
    const bool news = std::any_of(
        wanted.names.begin(), wanted.names.end(),
        [&](const auto& name) { return !hold_->Knows(name.first); });
    if (news) LookAgainSoon();
    return absl::OkStatus();
  }
  std::optional<int64_t> generation;
  if (*completed) generation = claims_.WalkCompleted();
  const absl::Status status = Read(wanted, generation);
  if (!status.ok()) return status;
  for (const auto& [name, parts] : wanted.names) {
    if (!mirror_.dataset().names.contains(name)) finder_.NoName(name);
  }
  return absl::OkStatus();
}

absl::Status Follower::RereadSome() {
  const TimePoint start = Now();
  Wanted wanted;
  reread_.TakeStep(mirror_.dataset(), &wanted);
  absl::Status status = hold_ ? absl::OkStatus() : Read(wanted);
  if (status.ok() && !hold_) status = CatchUp();
  if (status.ok() && (hold_ || !link_->tracking().ok())) {
    status = CheckAcceptance();
  }
  reread_.StepTaken(start, Now());
  return status;
}

absl::Status Follower::FillPools() {
  const TimePoint start = Now();
  const absl::StatusOr<bool> more = filler_.Round(
      mirror_.dataset(), &link_->data(), &stats_->commands, &stats_->draws);
  if (!more.ok()) return more.status();
  draws_wanted_ = *more;
  const TimePoint end = Now();
  next_fill_ = end + std::max<nanoseconds>(kMinFillPause,
                                           kFillRestPerWork * (end - start));
  return absl::OkStatus();
}

absl::Status Follower::CheckAlive() {
  const TimePoint now = Now();
  next_check_ = now + std::min(kCheckInterval, options_.command_timeout);
  if (hold_ && hold_->lost_all() && now >= say_again_) SayLost();
  absl::Status status = link_->CheckAlive(now);
  if (status.ok()) status = Drain();
  if (status.ok() && now >= next_role_check_) status = CheckRole();
  return status;
}

absl::Status Follower::CheckRole() {
  next_role_check_ = Now() + options_.role_interval;
  if (options_.location.is_single()) return absl::OkStatus();
  const absl::StatusOr<ServerRole> role = AskRole(&link_->data());
  if (!role.ok()) return role.status();
  stats_->commands.fetch_add(1);
  const bool was_up = std::exchange(role_.link_is_up, role->link_is_up);
  if (role->kind == role_.kind && (role->link_is_up || !was_up)) {
    return absl::OkStatus();
  }
  return absl::AbortedError("the server is now a " + RoleWords(*role) +
                            ": looking for a better one");
}

// Reading.

absl::Status Follower::ReadAndStage(const Wanted& wanted, Staged* staged) {
  Wanted batch;
  for (const auto& [name, parts] : wanted.names) {
    batch.names.emplace(name, parts);
    if (batch.names.size() < kNamesPerBatch) continue;
    const absl::Status status = ReadBatch(batch, staged);
    if (!status.ok()) return status;
    batch.names.clear();
  }
  batch.groups = wanted.groups;
  return ReadBatch(batch, staged);
}

absl::Status Follower::ReadBatch(const Wanted& wanted, Staged* staged) {
  if (wanted.empty()) return absl::OkStatus();
  const absl::StatusOr<Readings> readings =
      ReadKeys(wanted, &link_->data(), *stop_, &stats_->commands);
  if (!readings.ok()) return readings.status();
  mirror_.Stage(readings->names, staged);
  mirror_.Stage(readings->groups, staged);
  Touch();
  return absl::OkStatus();
}

absl::Status Follower::Read(const Wanted& wanted) {
  return Read(wanted, std::nullopt);
}

absl::Status Follower::Read(const Wanted& wanted,
                            std::optional<int64_t> generation) {
  if (wanted.empty() && !generation) return absl::OkStatus();
  Staged staged;
  staged.generation = generation;
  absl::Status status = ReadAndStage(wanted, &staged);
  if (!status.ok()) return status;
  Wanted groups;
  for (const std::string& group : mirror_.MissingGroups(staged)) {
    groups.groups[group] = GroupParts::All();
  }
  status = ReadAndStage(groups, &staged);
  if (!status.ok()) return status;
  if (staged.findings.vanished) {
    const absl::StatusOr<bool> flushed = WasFlushed();
    if (!flushed.ok()) return flushed.status();
    if (*flushed || mirror_.LeavesNoName(staged)) return Load();
  }
  complaints_.Update(staged.findings.keys, staged.findings.complaints);
  Commit(staged, false);
  return absl::OkStatus();
}

absl::StatusOr<bool> Follower::WasFlushed() {
  // The announcement of a flush can trail the reply that shows its effect:
  // after one more round trip it has arrived.
  const absl::StatusOr<Reply> size = link_->data().Command({"DBSIZE"});
  if (!size.ok()) return size.status();
  stats_->commands.fetch_add(1);
  const absl::Status status = Drain();
  if (!status.ok()) return status;
  if (link_->tracking().ok()) return pending_.flushed;
  return size->type == Reply::Type::kInteger && size->integer == 0;
}

void Follower::Commit(const Staged& staged, bool everything) {
  const int64_t generation = mirror_.dataset().generation;
  const int64_t accepted = mirror_.dataset().accepted_unix_millis;
  const DatasetChange change = mirror_.Commit(staged);
  stats_->confirmed_unix_millis = clock_->UnixMillis();
  if (everything) {
    PublishAll();
  } else if (!change.names.empty() || !change.groups.empty() ||
             mirror_.dataset().generation != generation ||
             mirror_.dataset().accepted_unix_millis != accepted) {
    Publish(change);
  }
}

void Follower::PublishAll() {
  DatasetChange everything;
  everything.everything = true;
  Publish(everything);
}

void Follower::Publish(const DatasetChange& change) {
  filler_.SetsChanged();
  draws_wanted_ = true;
  // First, for whoever is told may ask at once how things stand.
  stats_->connected = true;
  stats_->loaded = true;
  listener_(mirror_.dataset(), change);
}

void Follower::AddFound(const NameFinder::Names& names, Wanted* wanted) const {
  for (const std::string& name : names) {
    // A known name is news only while Redis has lost its data.
    if (!hold_ && mirror_.dataset().names.contains(name)) continue;
    wanted->names[name] = NameParts::All();
  }
}

// The link.

absl::Status Follower::Drain() { return Receive(&Link::Drain); }

absl::Status Follower::Receive(
    absl::Status (Link::*receive)(Invalidations* invalidations)) {
  const size_t before = pending_.keys.size();
  const bool flushed_before = pending_.flushed;
  const absl::Status status = (link_->*receive)(&pending_);
  stats_->invalidations.fetch_add(pending_.keys.size() - before +
                                  (pending_.flushed && !flushed_before));
  if (status.ok()) Touch();
  return status;
}

void Follower::Touch() {
  stats_->last_contact_unix_millis.store(clock_->UnixMillis(),
                                         std::memory_order_relaxed);
}

}  // namespace groupring::redis
