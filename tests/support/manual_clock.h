// Clocks that show what a test says. Thread-safe.
#ifndef GROUPRING_TESTS_SUPPORT_MANUAL_CLOCK_H_
#define GROUPRING_TESTS_SUPPORT_MANUAL_CLOCK_H_

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "redis/base/clock.h"
#include "redis/base/mutex.h"

namespace groupring::testing {

// Stands still unless it is advanced.
class ManualClock : public Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  int64_t UnixMillis() const override {
    return 1'700'000'000'000 +
           std::chrono::duration_cast<std::chrono::milliseconds>(
               Steady().time_since_epoch())
               .count();
  }
  TimePoint Steady() const override {
    const MutexLock lock(&mutex_);
    return now_;
  }

  // Who waits looks at the clock every few milliseconds.
  void WaitUntil(TimePoint, int fd) const override {
    pollfd entry{fd, POLLIN, 0};
    poll(&entry, 1, 5);
  }

  void Advance(std::chrono::nanoseconds time) const {
    const MutexLock lock(&mutex_);
    now_ += std::chrono::duration_cast<TimePoint::duration>(time);
  }

 private:
  mutable Mutex mutex_;
  mutable TimePoint now_ ABSL_GUARDED_BY(mutex_){std::chrono::hours(1)};
};

// Nobody waits by it: each wait moves it to its end, and is written down.
class SkippingClock : public ManualClock {
 public:
  void WaitUntil(TimePoint until, int) const override {
    const auto left = until - Steady();
    Advance(left);
    const MutexLock lock(&mutex_);
    waits_.push_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(left).count());
  }

  // Their lengths so far, in milliseconds.
  std::vector<int64_t> waits() const {
    const MutexLock lock(&mutex_);
    return waits_;
  }

 private:
  mutable Mutex mutex_;
  mutable std::vector<int64_t> waits_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_MANUAL_CLOCK_H_
