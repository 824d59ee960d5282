// Generations that the dataset is of as soon as a walk over the key space has
// found whatever names are new.
#ifndef GROUPRING_REDIS_STORE_WALK_CLAIMS_H_
#define GROUPRING_REDIS_STORE_WALK_CLAIMS_H_

#include <cstdint>
#include <optional>
#include <utility>

namespace groupring::redis {

// A generation that is read while a walk is under way waits for the next one,
// rather than starting walks over and over.
class WalkClaims {
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

  // A walk is through: the generation that it was for. The next one begins.
  std::optional<int64_t> WalkCompleted() {
    return std::exchange(current_, std::exchange(next_, std::nullopt));
  }

 private:
  std::optional<int64_t> current_;
  std::optional<int64_t> next_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_WALK_CLAIMS_H_
