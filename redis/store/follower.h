// Follows Redis over an open link: loads, applies changes, finds names, fills
// pools of draws.
#ifndef GROUPRING_REDIS_STORE_FOLLOWER_H_
#define GROUPRING_REDIS_STORE_FOLLOWER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "redis/base/worker_thread.h"
#include "redis/connection/server_finder.h"
#include "redis/load/complaint_log.h"
#include "redis/store/announcement_guard.h"
#include "redis/store/draw_filler.h"
#include "redis/store/full_load.h"
#include "redis/store/generation_tracker.h"
#include "redis/store/health_feed.h"
#include "redis/store/link.h"
#include "redis/store/name_finder.h"
#include "redis/store/publisher.h"
#include "redis/store/reread_schedule.h"
#include "redis/store/store.h"
#include "redis/store/unreadable_keys.h"

namespace groupring::redis {

// Belongs to the store's thread. Its dataset outlives links.
class Follower {
 public:
  // Pointers and references outlive this object.
  Follower(const StoreOptions& options, const Clock* clock, const LogSink& log,
           Store::Listener listener, StoreStats* stats, WorkerThread* thread,
           const KnownData& known);

  // Loads everything over a new link, which stays until Follow ends.
  absl::Status Begin(Link* link);

  // After Begin: follows changes until the link fails (that status) or the
  // thread is stopping (kCancelled).
  absl::Status Follow();

  // Any thread.
  const ComplaintLog& complaints() const { return complaints_; }

  // Of the dataset.
  int64_t generation() const { return publisher_.dataset().generation; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  absl::Status Wait();
  absl::Status Step();
  absl::Status ApplyInvalidations();
  absl::Status CatchUp();
  absl::Status Discover();
  absl::Status RereadSome();
  absl::Status RetryUnreadable();
  absl::Status StopTracking();
  absl::Status ResumeTracking();
  absl::Status RetryTracking();
  absl::Status TrackAgain();
  void ObserveInvalidations();
  void NoteContact() {
    stats_->last_contact_unix_millis.store(clock_->UnixMillis(),
                                           std::memory_order_relaxed);
  }
  void ForgetGroup(const std::string& group);
  absl::Status FillPools();
  absl::Status CheckAlive();
  absl::Status CheckRole();
  absl::Status MeasureTime();
  absl::Status ReadHealth();
  absl::Status ReadAllHealth();
  absl::Status LoadAll();

  // Reads the selection and makes it part of the dataset, which is of that
  // generation then (none: of the same as before).
  absl::Status Read(const KeySelection& selection,
                    std::optional<int64_t> generation = std::nullopt);
  // Whether everything was deleted at once rather than what we just read.
  absl::StatusOr<bool> WasFlushed();
  KeySelection TakePending();

  ConnectionTimeouts Timeouts() const {
    return {options_.connect_timeout, options_.command_timeout};
  }
  bool tracking() const { return link_->tracking().ok(); }
  TimePoint Now() const { return clock_->Steady(); }

  const StoreOptions& options_;
  const Clock* const clock_;
  const LogSink log_;
  StoreStats* const stats_;
  WorkerThread* const thread_;

  DrawFiller filler_;
  Publisher publisher_;
  ComplaintLog complaints_;
  HealthFeed health_;
  UnreadableKeys unreadable_;
  NameFinder finder_;
  GenerationTracker generations_;
  FullLoad load_;

  // Of the current link.
  Link* link_ = nullptr;
  RereadSchedule reread_;
  AnnouncementGuard guard_;
  SentinelWatch sentinels_;
  std::optional<TimePoint> resume_tracking_;  // set: it was stopped
  TimePoint resumed_tracking_{};
  TimePoint next_tracking_retry_{};  // while it was refused
  bool said_overflow_ = false;
  size_t last_changed_ = 0;  // by the last Read
  TimePoint next_check_{};
  TimePoint next_role_check_{};
  bool draws_wanted_ = false;
  TimePoint next_fill_{};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_FOLLOWER_H_
