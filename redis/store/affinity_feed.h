// Follows `groupring:affinity` where it has many entries.
//
// Redis says only that the key has changed, and to read all of it takes much
// longer than a change should. Commands say in the audit which entries they
// have written. The hash remains the truth: its size has to agree, and a while
// after such changes it is compared with what is in force, in small steps. What
// does not fit puts the whole hash into the queue of what is read.
#ifndef GROUPRING_REDIS_STORE_AFFINITY_FEED_H_
#define GROUPRING_REDIS_STORE_AFFINITY_FEED_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/clock.h"
#include "redis/connection/connection.h"
#include "redis/store/change_queue.h"
#include "redis/store/generation_tracker.h"
#include "redis/store/publisher.h"

namespace groupring::redis {

// Not thread-safe.
class AffinityFeed {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // A hash of so many entries is read whole at each change.
  static constexpr size_t kFew = 1000;

  // The pointers outlive this object.
  AffinityFeed(const Clock* clock, const GenerationTracker* generations,
               Publisher* publisher, ChangeQueue* queue)
      : clock_(clock),
        generations_(generations),
        publisher_(publisher),
        queue_(queue) {}

  // Whether the key is that of many entries, which then wait for ReadChange.
  bool NoteChanged(std::string_view key);
  bool waits() const { return waits_; }

  // Takes up the change as the audit tells it.
  absl::Status ReadChange(Connection* connection);

  // Compares the entries with the hash from now on, if there are many of them.
  bool BeginComparison();
  // Of a comparison; none when there is none to come.
  std::optional<TimePoint> next_step() const { return next_step_; }
  absl::Status Step(Connection* connection);

  // Everything is read again.
  void Clear();

 private:
  // Whether the audit tells it.
  absl::StatusOr<bool> ReadTold(Connection* connection);
  // Whether what the step has seen is in force.
  absl::StatusOr<bool> CompareSome(Connection* connection);
  bool has_many() const;
  size_t fields() const;
  void CompareAt(TimePoint at);

  const Clock* const clock_;
  const GenerationTracker* const generations_;
  Publisher* const publisher_;
  ChangeQueue* const queue_;
  bool waits_ = false;
  int64_t reached_ = 0;  // a generation whose entries are in force
  std::optional<TimePoint> next_step_;
  std::string cursor_ = "0";
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_AFFINITY_FEED_H_
