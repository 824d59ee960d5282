// Data vanished from Redis all at once. Until it is clear that this is meant,
// the dataset stays as it was.
#ifndef GROUPRING_REDIS_STORE_LOSS_GUARD_H_
#define GROUPRING_REDIS_STORE_LOSS_GUARD_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "redis/load/mirror.h"
#include "redis/model/acceptance.h"

namespace groupring::redis {

// Not thread-safe.
class LossGuard {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // How long data that is being restored must stay unchanged before it is
  // believed (two looks after the last write, so within a second), and after
  // what time that is no longer required.
  static constexpr std::chrono::milliseconds kQuiet{450};
  static constexpr std::chrono::seconds kMaxUnrest{10};

  LossGuard(TimePoint since, int64_t since_unix_millis)
      : since_(since), since_unix_millis_(since_unix_millis) {}

  // Whether what Redis holds replaces the dataset. Where no known name was
  // left, half of them, of their groups and of the addresses must have returned
  // first: a database that is being filled again must not take the rest of them
  // away.
  bool Believes(const LossEvidence& evidence, TimePoint now) const;

  // Remembers what is not believed, and schedules another look unless nothing
  // new can be expected.
  void Doubt(LossEvidence evidence, TimePoint now);

  // Something changes in Redis.
  void LookAgainSoon(TimePoint now) {
    if (!look_again_) look_again_ = now + kQuiet;
  }
  std::optional<TimePoint> look_again() const { return look_again_; }

  bool Knows(const std::string& name) const { return names_.contains(name); }
  size_t names() const { return names_.size(); }
  // At the last look.
  const DataReturned& returned() const { return returned_; }
  // No known name was left at some look.
  bool lost_all() const { return lost_all_; }
  int64_t since_unix_millis() const { return since_unix_millis_; }

 private:
  const TimePoint since_;
  const int64_t since_unix_millis_;
  std::optional<TimePoint> look_again_;
  absl::flat_hash_set<std::string> names_;  // in Redis at the last look
  DataReturned returned_;
  bool lost_all_ = false;
};

// What the log says while Redis, which had lost everything, holds `names` names
// and that much of what was known; and when an operator accepts what it holds.
std::string LostAllWords(size_t names, const DataReturned& returned);
std::string AcceptedWords(const Acceptance& acceptance);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_LOSS_GUARD_H_
