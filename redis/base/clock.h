// Time, passed in so that tests decide what time it is.
#ifndef GROUPRING_REDIS_BASE_CLOCK_H_
#define GROUPRING_REDIS_BASE_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace groupring {

// Thread-safe. Outlives everything it is passed to.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall clock, milliseconds since 1970 (what `start`, `until` in Redis mean).
  virtual int64_t UnixMillis() const = 0;

  // Never goes back; for deadlines and ages.
  virtual std::chrono::steady_clock::time_point Steady() const = 0;
};

class SystemClock : public Clock {
 public:
  int64_t UnixMillis() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  std::chrono::steady_clock::time_point Steady() const override {
    return std::chrono::steady_clock::now();
  }
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_CLOCK_H_
