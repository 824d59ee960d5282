// The groups that compete for a slot, arranged for the search of the best.
#ifndef GROUPRING_HASHING_CANDIDATES_H_
#define GROUPRING_HASHING_CANDIDATES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hashing/mix.h"
#include "hashing/score.h"

namespace groupring::hashing {

// Among groups of one weight the best is the one of the largest pair hash, so
// they stand together, and the logarithm is taken once per weight.
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
    Score score;  // e is 0 while nothing had to be compared with it
  };

  Candidates() = default;
  explicit Candidates(std::vector<Group> groups);

  size_t size() const { return hashes_.size(); }
  bool has_one_weight() const { return classes_.size() <= 1; }

  // The group that comes first in the slot of this key.
  Winner Best(uint64_t slot_key) const {
    return Best(slot_key, [](uint16_t) { return true; });
  }

  // The same among the groups whose index `accepts`; it is asked only about
  // groups that would win.
  template <typename Accepts>
  Winner Best(uint64_t slot_key, Accepts accepts) const {
    Winner best;
    for (const WeightClass& c : classes_) {
      const Winner challenger = BestOf(c, slot_key, accepts);
      if (challenger.index == kNone) continue;
      if (best.index == kNone) {
        best = challenger;
      } else {
        Challenge(best, challenger);
      }
    }
    return best;
  }

  // Puts `challenger` in the place of `best` if it comes before it.
  static void Challenge(Winner& best, Winner challenger) {
    Score& held = best.score;
    Score& other = challenger.score;
    if (held.weight != other.weight) {
      if (held.e == 0) held.e = NegativeLog2(held.hash);
      // Spares most challengers the logarithm.
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
    size_t begin;  // of hashes_ and indices_
    size_t end;
  };

  template <typename Accepts>
  Winner BestOf(const WeightClass& c, uint64_t slot_key,
                Accepts accepts) const {
    uint64_t best_hash = 0;
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
