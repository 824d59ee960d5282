// Until when resolvers' caches may hold addresses of a group, because this node
// answered them: the time of the answer plus its TTL. Measured, because what
// the TTL is now says nothing of the answers that were given before.
#ifndef GROUPRING_BACKEND_SNAPSHOT_CACHE_HOLDS_H_
#define GROUPRING_BACKEND_SNAPSHOT_CACHE_HOLDS_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

// Of one group. Thread-safe, without locks.
class CacheHold {
 public:
  // An answer was given that caches may hold until then. Costs one relaxed
  // load; it stores only when the second is a later one, so at most once a
  // second and thread as long as the TTL stays.
  void Extend(int64_t until_unix_seconds) {
    int64_t known = until_unix_seconds_.load(std::memory_order_relaxed);
    while (known < until_unix_seconds &&
           !until_unix_seconds_.compare_exchange_weak(
               known, until_unix_seconds, std::memory_order_relaxed)) {
    }
  }
  int64_t until_unix_seconds() const {
    return until_unix_seconds_.load(std::memory_order_relaxed);
  }

  // Of the group, for counters: from 0 on, without gaps. A group that was
  // forgotten gets a new one when it comes back.
  uint32_t number() const { return number_; }

 private:
  friend class CacheHolds;
  uint32_t number_ = 0;
  std::atomic<int64_t> until_unix_seconds_{0};  // 0: never answered
};

// Of all groups that this process answered. Outlives snapshots, because a group
// that was taken off its names is still held. Thread-safe.
class CacheHolds {
 public:
  // Never null; the same object for the same group as long as anybody uses it.
  std::shared_ptr<CacheHold> Of(const std::string& group)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Group → unix seconds, of those that caches may hold at that time. Forgets
  // groups that no cache holds and no snapshot refers to.
  std::map<std::string, int64_t> HeldAt(int64_t unix_millis)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // All groups so far, by number. A name that stands there twice is one group
  // that was forgotten meanwhile.
  std::vector<std::string> Numbered() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Their number.
  uint32_t NumbersEnd() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Corrects what was recorded when the clock turned out to be off by that
  // much: it was stepped forward, or back if negative. Steps add up, as a clock
  // that is measured again and again makes many tiny ones; what was recorded is
  // off by half a second at most.
  void Shift(std::chrono::milliseconds step) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<CacheHold>> holds_
      ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> numbered_ ABSL_GUARDED_BY(mutex_);
  // All steps so far that what was recorded has not followed yet.
  std::chrono::milliseconds pending_ ABSL_GUARDED_BY(mutex_){0};
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_CACHE_HOLDS_H_
