// Finds names by SCAN, a step at a time.
#ifndef GROUPRING_REDIS_STORE_DISCOVERY_H_
#define GROUPRING_REDIS_STORE_DISCOVERY_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"

namespace groupring::redis {

// Walks the whole key space again and again. Not thread-safe.
class Discovery {
 public:
  // Starts a new walk with the next step.
  void Restart() { cursor_.assign(1, '0'); }

  // How many steps the current walk will take, by the number of keys at its
  // start; many when Redis does not tell.
  int64_t expected_steps() const { return expected_steps_; }

  // One SCAN: adds the keys that look like a CONFIG or GROUPS of some name.
  // Returns whether this step completed a walk.
  absl::StatusOr<bool> Step(Connection* connection,
                            std::atomic<uint64_t>* commands,
                            std::vector<std::string>* keys);

 private:
  std::string cursor_ = "0";
  int64_t expected_steps_ = 1;
};

// When to take the steps: a walk every `interval`, its steps spread over the
// first half of it, and never more than a small part of the time, so that a
// huge key space of other applications slows discovery instead of Redis.
class DiscoveryPace {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit DiscoveryPace(std::chrono::milliseconds interval)
      : interval_(interval) {}

  // Starts over: the next walk begins one interval after `now`.
  void Reset(TimePoint now);

  TimePoint next_step() const { return next_; }

  // A step, one of about so many, took from `start` to `end`. Returns how long
  // the walk took, from its first step to its last, if this step completed it
  // and zero otherwise.
  std::chrono::nanoseconds StepTaken(TimePoint start, TimePoint end,
                                     int64_t expected_steps, bool completed);

 private:
  const std::chrono::milliseconds interval_;
  TimePoint next_{};
  TimePoint walk_start_{};
  bool walking_ = false;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_DISCOVERY_H_
