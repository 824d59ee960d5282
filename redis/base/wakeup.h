// Wakes a thread that polls. Linux eventfd.
#ifndef GROUPRING_REDIS_BASE_WAKEUP_H_
#define GROUPRING_REDIS_BASE_WAKEUP_H_

#include <atomic>

#include "redis/base/file_descriptor.h"

namespace groupring {

class Wakeup {
 public:
  Wakeup();

  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  // Wakes the polling thread. Any thread; never blocks. Only the first call
  // after a Clear makes a system call.
  void Notify();

  // Called by the polling thread before it looks for work. Returns whether it
  // was woken.
  bool Clear();

  // The descriptor to poll for POLLIN: readable once notified. -1 if the
  // process had no descriptor left.
  int fd() const { return fd_.get(); }

 private:
  const FileDescriptor fd_;
  std::atomic<bool> notified_{false};
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_WAKEUP_H_
