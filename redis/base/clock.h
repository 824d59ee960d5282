// The time, passed in so that tests can set it.
#ifndef GROUPRING_REDIS_BASE_CLOCK_H_
#define GROUPRING_REDIS_BASE_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace groupring {

// Thread-safe. Must outlive everything that it is passed to.
class Clock {
 public:
  virtual ~Clock() = default;

  // The wall clock in milliseconds since 1970 (as `start` and `until` in
  // Redis).
  virtual int64_t UnixMillis() const = 0;

  // A monotonic clock, for deadlines and ages.
  virtual std::chrono::steady_clock::time_point Steady() const = 0;

  // Blocks until Steady() is about `until`, or until the descriptor is readable
  // (-1: none). May return early.
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
