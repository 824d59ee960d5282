// Redis' time on this host. Ramps, `until` and ages use the time of the Redis
// server (its TIME command), so that nodes and commands agree even if the wall
// clock of a host is wrong.
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

// One reading of a server's clock.
struct TimeSample {
  int64_t server_unix_millis = 0;
  // The monotonic time of the reading: half-way between the command and its
  // reply, so that it is wrong by at most `uncertainty`.
  std::chrono::steady_clock::time_point at;
  std::chrono::nanoseconds uncertainty{0};
};

// Whose clock it was.
enum class TimeSource { kReplica, kMaster };

// UnixMillis() is the host's wall clock until the first sample. From then on it
// is the server's time, continued by the host's monotonic clock while no server
// answers, so that steps of the host's wall clock have no effect.
//
// A sample replaces the previous one if it is at least as exact, considering
// that one's age, or if the two contradict each other. Samples of replicas
// count only if no master has been asked for a minute.
//
// Thread-safe. UnixMillis() takes no lock.
class RedisClock : public Clock {
 public:
  // `host` must outlive the clock.
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

  // How much the host's wall clock is ahead of Redis' time (negative: behind);
  // nothing before the first sample.
  std::optional<std::chrono::milliseconds> HostOffset() const;

  // The listener is called on the thread that calls Observe, with each step
  // that UnixMillis() makes (positive: forward). Set it before the first
  // sample.
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
