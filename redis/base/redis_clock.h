// Redis' time on this host. Ramps, `until` and ages are meant in the time of
// the Redis server (its TIME command), so that nodes and commands agree even
// when the wall clock of a host is wrong.
#ifndef GROUPRING_REDIS_BASE_REDIS_CLOCK_H_
#define GROUPRING_REDIS_BASE_REDIS_CLOCK_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "redis/base/clock.h"
#include "redis/base/mutex.h"

namespace groupring {

// What a server's clock showed.
struct TimeSample {
  int64_t server_unix_millis = 0;
  // When it showed that, by our monotonic clock: half-way between the question
  // and its answer, so at most `uncertainty` away from the truth.
  std::chrono::steady_clock::time_point at;
  std::chrono::nanoseconds uncertainty{0};
};

// Whose clock it was.
enum class TimeSource { kReplica, kMaster };

// UnixMillis() is the host's wall clock until the first sample. From then on it
// is the server's time, carried on by the host's monotonic clock while no
// server answers: steps of the host's wall clock have no effect any more.
//
// A sample replaces the one before when it is at least as exact, when that one
// has aged, or when the two contradict each other. Samples of replicas count
// only when no master has been asked for a minute.
//
// Thread-safe. UnixMillis() takes no lock.
class RedisClock : public Clock {
 public:
  // `host` outlives the clock.
  explicit RedisClock(const Clock* host) : host_(host) {}

  int64_t UnixMillis() const override;
  std::chrono::steady_clock::time_point Steady() const override {
    return host_->Steady();
  }
  void WaitUntil(std::chrono::steady_clock::time_point until,
                 int fd) const override {
    host_->WaitUntil(until, fd);
  }

  void Observe(const TimeSample& sample, TimeSource source);

  // By how much the host's wall clock is ahead of Redis' time (negative: it is
  // behind); nothing before the first sample.
  std::optional<std::chrono::milliseconds> HostOffset() const;

  // Called, on the thread that observes, with the length of each step that
  // UnixMillis() makes; positive: forward. Set it before the first sample.
  void SetStepListener(std::function<void(std::chrono::milliseconds)> listener);

 private:
  static constexpr int64_t kUnknown = INT64_MIN;

  const Clock* const host_;
  // The server's time minus the monotonic clock, in milliseconds.
  std::atomic<int64_t> offset_millis_{kUnknown};

  mutable Mutex mutex_;
  TimeSample last_ ABSL_GUARDED_BY(mutex_);
  std::optional<std::chrono::steady_clock::time_point> master_asked_
      ABSL_GUARDED_BY(mutex_);
  std::function<void(std::chrono::milliseconds)> step_listener_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_REDIS_CLOCK_H_
