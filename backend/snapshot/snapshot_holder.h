// Where the current snapshot is published and taken.
#ifndef GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_HOLDER_H_
#define GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_HOLDER_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "backend/snapshot/snapshot.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

// Thread-safe. The mutex is held only to copy a pointer, and a reader that
// keeps a SnapshotReader locks it once for each new snapshot, not for each
// query.
class SnapshotHolder {
 public:
  void Publish(std::shared_ptr<const Snapshot> snapshot)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    // The old snapshot is destroyed with the argument, after the lock.
    snapshot_.swap(snapshot);
    version_.fetch_add(1, std::memory_order_release);
  }

  // Null before the first.
  std::shared_ptr<const Snapshot> Take() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return snapshot_;
  }

  uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_ ABSL_GUARDED_BY(mutex_);
  std::atomic<uint64_t> version_{0};
};

// One thread's view of the holder, which outlives it. Not thread-safe.
class SnapshotReader {
 public:
  explicit SnapshotReader(const SnapshotHolder* holder) : holder_(holder) {}

  // The current snapshot; null before the first. Valid until the next call.
  const std::shared_ptr<const Snapshot>& Current() {
    const uint64_t version = holder_->version();
    if (version != version_) {
      snapshot_ = holder_->Take();
      version_ = version;
    }
    return snapshot_;
  }

 private:
  const SnapshotHolder* const holder_;
  std::shared_ptr<const Snapshot> snapshot_;
  uint64_t version_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_HOLDER_H_
