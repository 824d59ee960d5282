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

  // Blocks until Steady() is about `until` or the descriptor is readable (-1:
  // none). Can return early.
  virtual void WaitUntil(std::chrono::steady_clock::time_point until,
                         int fd) const;
};

class SystemClock : public Clock {
 public:
  int64_t UnixMillis() const override;
  std::chrono::steady_clock::time_point Steady() const override;
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_CLOCK_H_
