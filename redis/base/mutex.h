// A mutex whose guarded data clang checks (-Wthread-safety).
//
// Wraps std::mutex because Debian's absl::Mutex is built without
// ThreadSanitizer support and reports races that are none.
#ifndef GROUPRING_REDIS_BASE_MUTEX_H_
#define GROUPRING_REDIS_BASE_MUTEX_H_

#include <mutex>

#include "absl/base/thread_annotations.h"

namespace groupring {

class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_->Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_MUTEX_H_
