// Data that was there is gone, all at once. Until it is clear that this is
// meant, the dataset stays as it was.
#ifndef GROUPRING_REDIS_STORE_HOLD_H_
#define GROUPRING_REDIS_STORE_HOLD_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"

namespace groupring::redis {

// What a look at Redis has found.
struct HoldLook {
  absl::flat_hash_set<std::string> names;  // in Redis
  size_t known = 0;     // names of the dataset that stays meanwhile …
  size_t returned = 0;  // … and those of them that Redis holds
  bool quiet = false;   // nothing has changed since the look before
  bool accepted = false;
};

// Not thread-safe.
class Hold {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // How long data that is being put back must stay still before it is taken
  // (two looks after the last write, so that it is taken within a second), and
  // after what time that is no longer asked for.
  static constexpr std::chrono::milliseconds kQuiet{450};
  static constexpr std::chrono::seconds kMaxUnrest{10};

  Hold(TimePoint since, int64_t since_unix_millis)
      : since_(since), since_unix_millis_(since_unix_millis) {}

  // Whether what was found takes the dataset's place. Where no known name was
  // left, half of them must have returned first: a database that is being
  // filled again must not take the rest of them away.
  bool Ends(const HoldLook& look, TimePoint now) const;

  // It does not: when to look again by ourselves, which is never as long as
  // nothing new can be expected.
  void Note(HoldLook look, TimePoint now);

  // Something is at work in Redis.
  void LookAgainSoon(TimePoint now) {
    if (!look_again_) look_again_ = now + kQuiet;
  }
  std::optional<TimePoint> look_again() const { return look_again_; }

  bool Knows(const std::string& name) const { return names_.contains(name); }
  size_t names() const { return names_.size(); }
  // No known name was left at some look.
  bool lost_all() const { return lost_all_; }
  int64_t since_unix_millis() const { return since_unix_millis_; }

 private:
  const TimePoint since_;
  const int64_t since_unix_millis_;
  std::optional<TimePoint> look_again_;
  absl::flat_hash_set<std::string> names_;  // in Redis at the last look
  bool lost_all_ = false;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_HOLD_H_
