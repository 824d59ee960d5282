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
#include "redis/load/complaint_log.h"
#include "redis/store/affinity_feed.h"
#include "redis/store/announcement_choice.h"
#include "redis/store/change_queue.h"
#include "redis/store/draw_filler.h"
#include "redis/store/full_load.h"
#include "redis/store/generation_tracker.h"
#include "redis/store/health_feed.h"
#include "redis/store/link.h"
#include "redis/store/name_finder.h"
#include "redis/store/publisher.h"
#include "redis/store/reread_schedule.h"
#include "redis/store/server_watch.h"
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
  bool changes_wait() const { return changes_wait_; }

  // Of the dataset.
  int64_t generation() const { return publisher_.dataset().generation; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  absl::Status Wait();
  absl::Status Step();
  absl::Status ApplyInvalidations();
  absl::Status CatchUp();
  absl::Status Discover();
  absl::Status RereadSome(RereadSchedule* reread);
  absl::Status FindUnannounced(const KeySelection& read);
  absl::Status RetryUnreadable();
  absl::Status ReadRound();
  absl::Status Heed(AnnouncementChoice::Outcome outcome);
  absl::Status StepAnnouncements();
  void ResetReread();
  // A generation is read when the one before has been reached.
  bool must_catch_up() const { return generation_waits_ && !queue_.has_aim(); }
  void ObserveInvalidations();
  void BeginTurn() {
    stats_->turns.fetch_add(1);
    TellWhetherChangesWait();
  }
  void TellWhetherChangesWait() {
    changes_wait_ =
        !queue_.empty() || !link_->pending().empty() || must_catch_up();
  }
  void NoteContact() {
    stats_->last_contact_unix_millis.store(clock_->UnixMillis(),
                                           std::memory_order_relaxed);
  }
  void ForgetGroup(const std::string& group);
  absl::Status FillPools();
  absl::Status CheckAlive();
  absl::Status ReadHealth();
  absl::Status ReadAllHealth();
  absl::Status LoadAll();

  // Reads the selection and makes it part of the dataset, which is of that
  // generation then (none: of the same as before).
  absl::Status Read(const KeySelection& selection,
                    std::optional<int64_t> generation = std::nullopt);
  // What was announced waits to be read.
  void NotePending();

  bool tracking() const { return link_->tracking().ok(); }
  TimePoint Now() const { return clock_->Steady(); }
  bool IsDue(const std::optional<TimePoint>& at) const {
    return at && Now() >= *at;
  }

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
  AffinityFeed affinity_;
  FullLoad load_;

  // Of the current link.
  Link* link_ = nullptr;
  AnnouncementChoice announcements_;
  RereadSchedule reread_names_{RereadSchedule::Owners::kNames};
  RereadSchedule reread_groups_{RereadSchedule::Owners::kGroups};
  ChangeQueue queue_;
  std::atomic<bool> changes_wait_{false};  // see Store::ChangesWait
  bool generation_waits_ = false;          // that it was announced
  bool acceptance_waits_ = false;
  ServerWatch server_;
  TimePoint next_unannounced_{};  // when a load on account of that may begin
  size_t last_changed_ = 0;       // by the last Read
  TimePoint next_check_{};
  bool draws_wanted_ = false;
  TimePoint next_fill_{};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_FOLLOWER_H_
