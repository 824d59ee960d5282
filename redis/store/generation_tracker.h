// Which generation of `groupring:generation` the dataset has reached.
//
// It has reached one when it holds every change made up to it: of known keys,
// which Redis announces, and of new names, which the audit or a walk over the
// key space tells of.
#ifndef GROUPRING_REDIS_STORE_GENERATION_TRACKER_H_
#define GROUPRING_REDIS_STORE_GENERATION_TRACKER_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/load/complaint_log.h"
#include "redis/load/key_reader.h"
#include "redis/store/name_finder.h"

namespace groupring::redis {

// Generations that the dataset reaches as soon as a walk has found whatever
// names are new. One that is read while a walk is under way waits for the next
// walk, rather than starting walks over and over.
class PendingGenerations {
 public:
  void Clear() { current_ = next_ = std::nullopt; }

  // The generation has just been read. Returns whether a walk must begin now.
  bool Add(int64_t generation) {
    if (current_) {
      next_ = generation;
      return false;
    }
    current_ = generation;
    return true;
  }

  bool Holds(int64_t generation) const {
    return (next_ ? next_ : current_) == generation;
  }

  // A walk is complete: returns the generation that it was for. The next one
  // begins.
  std::optional<int64_t> WalkCompleted() {
    return std::exchange(current_, std::exchange(next_, std::nullopt));
  }

 private:
  std::optional<int64_t> current_;
  std::optional<int64_t> next_;
};

// Not thread-safe.
class GenerationTracker {
 public:
  // The pointers outlive this object.
  GenerationTracker(const Dataset* dataset, NameFinder* finder,
                    ComplaintLog* complaints)
      : dataset_(dataset), finder_(finder), complaints_(complaints) {}

  // Of Redis now.
  absl::StatusOr<int64_t> Read(Connection* connection) const;

  // Whether nothing has to be done for that generation: it is reached, or will
  // be with a walk.
  bool IsSettled(int64_t generation) const {
    return generation == dataset_->generation || pending_.Holds(generation);
  }

  // Selects the names that may be new in that generation. Returns it when the
  // dataset has reached it once the selection is read as well as all known keys
  // that have changed. Nothing when a walk has to come first, which begins.
  absl::StatusOr<std::optional<int64_t>> Reach(int64_t generation,
                                               Connection* connection,
                                               KeySelection* selection);

  // The generation that a walk that is complete was for.
  std::optional<int64_t> WalkCompleted() { return pending_.WalkCompleted(); }

  // Everything is read again: walks are for nothing.
  void Clear() { pending_.Clear(); }

 private:
  const Dataset* const dataset_;
  NameFinder* const finder_;
  ComplaintLog* const complaints_;
  PendingGenerations pending_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_GENERATION_TRACKER_H_
