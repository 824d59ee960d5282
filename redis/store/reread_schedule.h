// Whose turn it is to be read again although nothing announced a change.
#ifndef GROUPRING_REDIS_STORE_REREAD_SCHEDULE_H_
#define GROUPRING_REDIS_STORE_REREAD_SCHEDULE_H_

#include <chrono>
#include <string>
#include <vector>

#include "redis/load/key_reader.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

// Goes round all names and groups once per interval, in small steps that take
// at most a fourth of the time; `groupring:affinity` is read at the start. Not
// thread-safe.
class RereadSchedule {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Starts a new round at `now`.
  void Reset(std::chrono::milliseconds interval, TimePoint now);

  TimePoint next_step() const { return next_; }

  // What this step reads.
  void TakeStep(const Dataset& dataset, KeySelection* selection);

  // The step took from `start` to `end`.
  void StepTaken(TimePoint start, TimePoint end);

 private:
  struct Owner {
    std::string text;
    bool is_name;
  };

  std::chrono::nanoseconds interval_{};
  std::chrono::nanoseconds pause_{};  // between the starts of two steps
  TimePoint next_{};
  std::vector<Owner> round_;
  size_t taken_ = 0;  // of round_
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_REREAD_SCHEDULE_H_
