// Wakes a thread that polls. Linux eventfd.
#ifndef GROUPRING_REDIS_STORE_WAKEUP_H_
#define GROUPRING_REDIS_STORE_WAKEUP_H_

#include <atomic>

namespace groupring::redis {

class Wakeup {
 public:
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  // Any thread; never blocks. Only the first call after a Clear costs a system
  // call.
  void Notify();

  // The polling thread: before it looks for what it was woken for.
  void Clear();

  int fd() const { return fd_; }  // readable once notified

 private:
  const int fd_;
  std::atomic<bool> notified_{false};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_WAKEUP_H_
