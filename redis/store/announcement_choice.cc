#include "redis/store/announcement_choice.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/schema/followed_keys.h"

namespace groupring::redis {
namespace {

// How often Redis is asked for the size of its table.
constexpr std::chrono::seconds kLook{30};

}  // namespace

absl::Status AnnouncementChoice::Begin(Link* link) {
  link_ = link;
  const TimePoint now = Now();
  guard_ = AnnouncementGuard();
  table_.Forget();
  resume_.reset();
  next_retry_ = now + options_.tracking_retry_interval;
  next_look_ = now + kLook;
  foreign_before_ = link->foreign_keys();
  foreign_since_ = now;
  said_flood_ = false;
  stats_->tracking = link->tracking().ok();
  stats_->tracking_overflows = false;
  stats_->announces_all_writes = false;
  return link->tracking().ok() ? table_.Ask(&link->data()) : absl::OkStatus();
}

absl::StatusOr<bool> AnnouncementChoice::Fit(size_t names, size_t groups) {
  const int64_t keys = FollowedKeys(names, groups);
  const Announced before = link_->announced();
  const Announced now = table_.Choose(keys, before);
  if (now == before) return false;
  RETURN_IF_ERROR(link_->Announce(now));
  stats_->tracking = link_->tracking().ok();
  stats_->announces_all_writes = link_->announced() == Announced::kAllWrites;
  foreign_before_ = link_->foreign_keys();
  foreign_since_ = Now();
  const bool all_writes = now == Announced::kAllWrites;
  if (std::exchange(said_all_writes_, all_writes) == all_writes) return true;
  log_(Severity::kInfo,
       all_writes
           ? absl::StrFormat(
                 "Redis cannot remember all %d keys that are followed: it "
                 "announces all writes instead, of other applications, too; "
                 "raise tracking-table-max-keys (`groupring doctor` says to "
                 "what) where these are many",
                 keys)
           : "Redis remembers the keys that are followed, and announces "
             "changes of these alone");
  return true;
}

absl::StatusOr<AnnouncementChoice::Outcome> AnnouncementChoice::Step(
    const Dataset& dataset) {
  const TimePoint now = Now();
  if (resume_) return now >= *resume_ ? Resume() : Outcome::kSame;
  if (link_->announced() == Announced::kNothing) {
    return now >= next_retry_ ? Retry() : Outcome::kSame;
  }
  ASSIGN_OR_RETURN(const bool flooded, IsFlooded());
  if (flooded) return Outcome::kPoll;
  if (now >= next_look_) {
    next_look_ = now + kLook;
    RETURN_IF_ERROR(table_.Ask(&link_->data()));
  }
  ASSIGN_OR_RETURN(const bool changed,
                   Fit(dataset.names.size(), dataset.groups.size()));
  return changed ? Outcome::kReload : Outcome::kSame;
}

absl::StatusOr<AnnouncementChoice::Outcome> AnnouncementChoice::Note(
    const std::vector<std::string>& keys, size_t changed,
    const Dataset& dataset) {
  guard_.Note(keys, changed, Now());
  // Where all writes are announced, needless ones are somebody's who writes
  // what stands there already.
  if (!guard_.overflows() || link_->announced() != Announced::kKeysRead) {
    return Outcome::kSame;
  }
  guard_ = AnnouncementGuard();
  const size_t names = dataset.names.size();
  const size_t groups = dataset.groups.size();
  table_.NoteOverflow(FollowedKeys(names, groups));
  ASSIGN_OR_RETURN(const bool other, Fit(names, groups));
  return other ? Outcome::kReload : Outcome::kSame;
}

absl::StatusOr<bool> AnnouncementChoice::IsFlooded() {
  const TimePoint now = Now();
  if (now - foreign_since_ < std::chrono::seconds(1)) return false;
  const uint64_t count = link_->foreign_keys() - foreign_before_;
  const double seconds =
      std::chrono::duration<double>(now - foreign_since_).count();
  foreign_before_ = link_->foreign_keys();
  foreign_since_ = now;
  if (static_cast<double>(count) <= seconds * kMostForeign) {
    if (std::exchange(said_flood_, false)) {
      stats_->tracking_overflows = false;
      log_(Severity::kInfo, "Redis announces changes again");
    }
    return false;
  }
  RETURN_IF_ERROR(Stop());
  return true;
}

absl::Status AnnouncementChoice::Stop() {
  RETURN_IF_ERROR(link_->StopTracking(absl::ResourceExhaustedError(
      "the keys that are followed would fill most of Redis' tracking table, "
      "and other applications write too much to be told of all writes")));
  stats_->tracking = false;
  stats_->announces_all_writes = false;
  stats_->tracking_overflows = true;
  resume_ = guard_.StartRest(Now());
  if (!std::exchange(said_flood_, true)) {
    log_(Severity::kWarning,
         "The keys that are followed would fill most of Redis' tracking table, "
         "and other applications write too many keys to be told of each: known "
         "keys are polled instead; raise tracking-table-max-keys (`groupring "
         "doctor` "
         "says to what)");
  }
  return absl::OkStatus();
}

absl::StatusOr<AnnouncementChoice::Outcome> AnnouncementChoice::Resume() {
  resume_.reset();
  RETURN_IF_ERROR(link_->Announce(Announced::kAllWrites));
  stats_->tracking = link_->tracking().ok();
  stats_->announces_all_writes = stats_->tracking.load();
  foreign_before_ = link_->foreign_keys();
  foreign_since_ = Now();
  return Outcome::kReload;
}

absl::StatusOr<AnnouncementChoice::Outcome> AnnouncementChoice::Retry() {
  next_retry_ = Now() + options_.tracking_retry_interval;
  RETURN_IF_ERROR(link_->RetryTracking(
      {options_.connect_timeout, options_.command_timeout}));
  if (!link_->tracking().ok()) return Outcome::kSame;
  observe_();
  stats_->tracking = true;
  RETURN_IF_ERROR(table_.Ask(&link_->data()));
  log_(Severity::kInfo, "Redis announces changes now");
  return Outcome::kReload;
}

}  // namespace groupring::redis
