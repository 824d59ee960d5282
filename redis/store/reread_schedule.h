// Whose turn it is to be read again although nothing announced a change.
#ifndef GROUPRING_REDIS_STORE_REREAD_SCHEDULE_H_
#define GROUPRING_REDIS_STORE_REREAD_SCHEDULE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "redis/load/key_reader.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

// Goes round all names, or all groups, once per interval, in small steps that
// take at most a fourth of the time. Where there are many a round takes longer,
// so that Redis is never asked for more than that many of them a second.
// `groupring:affinity` is read with the groups, at the start of a round. Not
// thread-safe.
class RereadSchedule {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  enum class Owners { kNames, kGroups };

  explicit RereadSchedule(Owners owners) : owners_(owners) {}

  // Starts a new round at `now`.
  void Reset(std::chrono::milliseconds interval, int64_t most_per_second,
             TimePoint now);

  TimePoint next_step() const { return next_; }

  // What this step reads.
  void TakeStep(const Dataset& dataset, KeySelection* selection);

  // The step took from `start` to `end`.
  void StepTaken(TimePoint start, TimePoint end);

 private:
  // The next ones of the round; none when it is over. After none, the first.
  void TakeChunk(const Dataset& dataset);

  const Owners owners_;
  std::chrono::nanoseconds interval_{};
  std::chrono::nanoseconds least_per_owner_{};
  std::chrono::nanoseconds pause_{};  // between the starts of two steps
  TimePoint next_{};
  // Of names only some hundreds at a time: there may be a million.
  std::vector<std::string> chunk_;
  size_t taken_ = 0;  // of chunk_
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_REREAD_SCHEDULE_H_
