// Keys whose value could not be read: when to try again.
//
// Redis announces changes of what it has shown, so nobody says when a right
// that was missing comes back.
#ifndef GROUPRING_REDIS_STORE_UNREADABLE_KEYS_H_
#define GROUPRING_REDIS_STORE_UNREADABLE_KEYS_H_

#include <chrono>
#include <cstddef>
#include <set>
#include <string>

#include "redis/load/build.h"
#include "redis/load/key_reader.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

// Not thread-safe.
class UnreadableKeys {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::milliseconds kPause{2000};
  // Between steps of which one has shown that rights came back.
  static constexpr std::chrono::milliseconds kShortPause{20};
  static constexpr size_t kKeysPerStep = 256;

  // What was read just now.
  void Update(const Findings& findings);
  void Forget(const std::string& key) { keys_.erase(key); }

  bool empty() const { return keys_.empty(); }
  bool contains(const std::string& key) const { return keys_.contains(key); }
  TimePoint next_step() const { return next_; }

  // Adds the next keys in turn.
  void TakeStep(const Dataset& dataset, KeySelection* selection);
  // They have been read.
  void StepTaken(TimePoint now);

 private:
  std::set<std::string> keys_;
  std::string last_;        // of the last step
  size_t before_step_ = 0;  // how many there were
  TimePoint next_{};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_UNREADABLE_KEYS_H_
