// What is known to have changed in Redis and is still to be read: groups at
// once, names in rounds.
#ifndef GROUPRING_REDIS_STORE_CHANGE_QUEUE_H_
#define GROUPRING_REDIS_STORE_CHANGE_QUEUE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "redis/load/key_reader.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

// What is read in one go.
struct ChangeRound {
  KeySelection selection;
  // The keys by which Redis announced what is selected.
  std::vector<std::string> announced;
  // Those names of the selection that a walk has found.
  std::vector<std::string> found;
  // The dataset is of that generation once the round has been read.
  std::optional<int64_t> generation;

  bool empty() const { return selection.empty() && !generation; }
};

// However many names change at once, a group that changes waits for one short
// round at most, and Redis is asked for at most this many commands a second on
// account of names. Names are read in the order in which they were announced.
// Not thread-safe.
class ChangeQueue {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr size_t kNamesPerRound = 64;
  static constexpr int64_t kCommandsPerSecond = 20'000;

  // Redis announced the key.
  void Add(const std::string& key, const Dataset& dataset);
  // To be read although nothing was announced.
  void Add(const KeySelection& selection);
  void AddAffinity() { others_.affinity = true; }
  // A walk has found the name.
  void AddFound(const std::string& name);

  // The dataset reaches that generation as soon as all that waits now has been
  // read.
  void AimFor(int64_t generation);
  // One that is not reached yet.
  bool has_aim() const { return aim_.has_value(); }

  // Nothing is to be read, and no generation to be reached.
  bool empty() const {
    return names_.empty() && others_.empty() && !aim_.has_value();
  }
  // Whether any of these waits.
  bool HoldsAnyOf(const KeySelection& selection) const;

  // When something is to be read. REQUIRES: !empty().
  TimePoint next_round() const;
  // Takes what is read now.
  ChangeRound Take(TimePoint now);
  // A round was read.
  void RoundRead(const ChangeRound& round, TimePoint start, TimePoint end);

  // Everything is read again.
  void Clear() { *this = ChangeQueue(); }

 private:
  struct Name {
    NameParts parts;
    std::vector<std::string> announced;
    bool found = false;
  };

  Name& NameOf(const std::string& name);
  void AddOthers(const KeySelection& selection);
  bool aim_is_due() const { return aim_.has_value() && due_ == 0; }

  KeySelection others_;  // without names
  std::vector<std::string> others_announced_;
  absl::flat_hash_map<std::string, Name> names_;
  std::deque<std::string> order_;  // of names_
  TimePoint next_names_{};
  std::optional<int64_t> aim_;
  size_t due_ = 0;  // the first names of order_, which the aim needs
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_CHANGE_QUEUE_H_
