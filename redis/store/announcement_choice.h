// Of which changes Redis is asked to tell, and when that changes.
#ifndef GROUPRING_REDIS_STORE_ANNOUNCEMENT_CHOICE_H_
#define GROUPRING_REDIS_STORE_ANNOUNCEMENT_CHOICE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/model/dataset.h"
#include "redis/store/announcement_guard.h"
#include "redis/store/link.h"
#include "redis/store/store.h"
#include "redis/store/tracking_table.h"

namespace groupring::redis {

// Redis tells of changes of keys that were read as long as it can remember
// these. Beyond that it tells of all writes; and of none where other
// applications write so much that this would be most of what we do. Says so in
// the log and in the statistics. Not thread-safe.
class AnnouncementChoice {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Keys of other applications that may be announced in a second.
  static constexpr uint64_t kMostForeign = 100'000;

  // What follows for the caller.
  enum class Outcome {
    kSame,
    kPoll,    // nothing is announced any more
    kReload,  // something else is announced: everything has to be read again
  };

  // Pointers and references outlive this object. `observe` is called when
  // there is a new connection for announcements.
  AnnouncementChoice(const StoreOptions& options, const Clock* clock,
                     LogSink log, StoreStats* stats,
                     std::function<void()> observe)
      : options_(options),
        clock_(clock),
        log_(std::move(log)),
        stats_(stats),
        observe_(std::move(observe)) {}

  // For a new link. Failures here and below are those of the connection.
  absl::Status Begin(Link* link);

  // That many names and groups are followed. Returns whether something else is
  // announced now.
  absl::StatusOr<bool> Fit(size_t names, size_t groups);

  // Of the dataset that is followed. To be called every second or so, and at
  // next_step().
  absl::StatusOr<Outcome> Step(const Dataset& dataset);
  std::optional<TimePoint> next_step() const { return resume_; }

  // These keys were announced and have been read; `changed` names and groups
  // are not as they were.
  absl::StatusOr<Outcome> Note(const std::vector<std::string>& keys,
                               size_t changed, const Dataset& dataset);
  // Before this nothing announced needs to be read.
  TimePoint next_reaction() const { return guard_.next_reaction(); }

 private:
  absl::StatusOr<Outcome> Retry();
  absl::StatusOr<Outcome> Resume();
  absl::StatusOr<bool> IsFlooded();
  absl::Status Stop();
  TimePoint Now() const { return clock_->Steady(); }

  const StoreOptions& options_;
  const Clock* const clock_;
  const LogSink log_;
  StoreStats* const stats_;
  const std::function<void()> observe_;

  Link* link_ = nullptr;
  AnnouncementGuard guard_;
  TrackingTable table_;
  std::optional<TimePoint> resume_;  // set: it was stopped
  TimePoint next_retry_{};           // while it was refused
  TimePoint next_look_{};            // at the size of the table
  uint64_t foreign_before_ = 0;
  TimePoint foreign_since_{};
  bool said_all_writes_ = false;
  bool said_flood_ = false;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_ANNOUNCEMENT_CHOICE_H_
