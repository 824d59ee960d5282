// The groups that compete for a slot, arranged to find the best one quickly.
#ifndef GROUPRING_HASHING_CANDIDATES_H_
#define GROUPRING_HASHING_CANDIDATES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hashing/mix.h"
#include "hashing/score.h"

namespace groupring::hashing {

// Among groups of one weight the one with the largest pair hash is best. So
// these are stored together, and one logarithm per weight is enough.
class Candidates {
 public:
  static constexpr uint16_t kNone = 0xffff;

  struct Group {
    uint64_t order_hash;
    uint32_t weight;  // above 0
    uint16_t index;   // in its ring
  };

  struct Winner {
    uint16_t index = kNone;
    Score score;  // e is 0 until another score has been compared with it
  };

  Candidates() = default;
  explicit Candidates(std::vector<Group> groups);

  size_t size() const { return hashes_.size(); }
  bool has_one_weight() const { return classes_.size() <= 1; }

  // The group that comes first in the slot of this key.
  Winner Best(uint64_t slot_key) const {
    return Best(slot_key, [](uint16_t) { return true; });
  }

  // The group that comes first among those whose index `accepts`, which is
  // called only for groups that would win.
  template <typename Accepts>
  Winner Best(uint64_t slot_key, Accepts accepts) const {
    if (classes_.size() == 1) {
      return BestOf(classes_[0], slot_key, /*least_hash=*/0, accepts);
    }
    Winner best;
    uint64_t bound = kNoBound;
    for (const WeightClass& c : classes_) {
      Winner challenger =
          BestOf(c, slot_key, LeastHashWithin(bound * c.weight), accepts);
      if (challenger.index == kNone) continue;
      challenger.score.e = NegativeLog2(challenger.score.hash);
      if (best.index != kNone && !Precedes(challenger.score, best.score)) {
        continue;
      }
      best = challenger;
      bound = ScoreBound(challenger.score.e, c);
    }
    return best;
  }

  // Replaces `best` by `challenger` if that comes before it.
  static void Challenge(Winner& best, Winner challenger) {
    Score& held = best.score;
    Score& other = challenger.score;
    if (held.weight != other.weight) {
      if (held.e == 0) held.e = NegativeLog2(held.hash);
      // Avoids the logarithm for most challengers.
      if (NegativeLog2AtLeast(other.hash) * held.weight >
          held.e * other.weight) {
        return;
      }
      other.e = NegativeLog2(other.hash);
    }
    if (Precedes(other, held)) best = challenger;
  }

  // Calls visit(Winner) for each group, with e only if weights differ.
  template <typename Visit>
  void ForEach(uint64_t slot_key, Visit visit) const {
    for (const WeightClass& c : classes_) {
      for (size_t i = c.begin; i < c.end; ++i) {
        const uint64_t hash = Mix64(slot_key ^ hashes_[i]);
        const uint64_t e = has_one_weight() ? 0 : NegativeLog2(hash);
        visit(Winner{indices_[i], {hash, e, c.weight}});
      }
    }
  }

 private:
  struct WeightClass {
    uint32_t weight;
    uint64_t reciprocal;  // 2^32 / weight, rounded up
    size_t begin;         // of hashes_ and indices_
    size_t end;
  };

  // A bound that, multiplied by any weight, excludes no hash.
  static constexpr uint64_t kNoBound = uint64_t{1} << 32;

  // At least e / weight, computed without a division. e is at most 2^38, so the
  // product stays below 2^64, and the bound times a weight below 2^63.
  static uint64_t ScoreBound(uint64_t e, const WeightClass& c) {
    return ((((e >> 7) + 1) * c.reciprocal) >> 25) + 1;
  }

  // All hashes below the result have an e above `bound`.
  static uint64_t LeastHashWithin(uint64_t bound) {
    return bound >> 32 != 0 ? 0 : ~(bound << 32 | 0xffffffff);
  }

  // The group with the largest hash, if that is at least `least_hash`.
  template <typename Accepts>
  Winner BestOf(const WeightClass& c, uint64_t slot_key, uint64_t least_hash,
                Accepts accepts) const {
    uint64_t best_hash = least_hash;
    uint16_t best_index = kNone;
    for (size_t i = c.begin; i < c.end; ++i) {
      const uint64_t hash = Mix64(slot_key ^ hashes_[i]);
      if (hash >= best_hash && accepts(indices_[i])) {
        best_hash = hash;
        best_index = indices_[i];
      }
    }
    return {best_index, {best_hash, 0, c.weight}};
  }

  std::vector<WeightClass> classes_;  // heaviest first
  std::vector<uint64_t> hashes_;
  std::vector<uint16_t> indices_;
};

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_CANDIDATES_H_
