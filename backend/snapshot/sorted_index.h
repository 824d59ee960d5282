// Finds numbers in a large sorted list with few cache misses.
#ifndef GROUPRING_BACKEND_SNAPSHOT_SORTED_INDEX_H_
#define GROUPRING_BACKEND_SNAPSHOT_SORTED_INDEX_H_

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace groupring::backend {

// A search tree without pointers: each level has every kFanOut-th number of the
// one below, so a search compares one cache line per level, without branches.
// A hundred thousand numbers make four or five levels. Immutable; any thread
// may read it.
template <typename Number>
class SortedIndex {
 public:
  static constexpr size_t kFanOut = 64 / sizeof(Number);

  SortedIndex() = default;

  // REQUIRES: sorted, without repetition, beginning with 0.
  explicit SortedIndex(std::vector<Number> sorted) {
    if (sorted.empty()) return;
    sizes_.push_back(sorted.size());
    levels_.push_back(std::move(sorted));
    while (levels_.back().size() > kFanOut) {
      std::vector<Number> above;
      for (size_t i = 0; i < levels_.back().size(); i += kFanOut) {
        above.push_back(levels_.back()[i]);
      }
      sizes_.push_back(above.size());
      levels_.push_back(std::move(above));
    }
    for (std::vector<Number>& level : levels_) {
      const size_t whole = (level.size() + kFanOut - 1) / kFanOut * kFanOut;
      level.resize(whole, std::numeric_limits<Number>::max());
      level.shrink_to_fit();
    }
  }

  bool empty() const { return levels_.empty(); }

  // The position of the last number that is not above `wanted`.
  // REQUIRES: !empty().
  size_t Find(Number wanted) const {
    size_t at = 0;
    for (size_t level = levels_.size(); level-- > 0;) {
      const Number* const numbers = levels_[level].data() + at * kFanOut;
      // In two sums, which the processor adds at the same time.
      size_t even = 0;
      size_t odd = 0;
#pragma GCC unroll 16
      for (size_t i = 0; i < kFanOut; i += 2) {
        even += numbers[i] <= wanted ? 1 : 0;
        odd += numbers[i + 1] <= wanted ? 1 : 0;
      }
      const size_t not_above = even + odd;
      // The filling at the end counts when the largest number is wanted.
      at = std::min(at * kFanOut + not_above, sizes_[level]) - 1;
    }
    return at;
  }

 private:
  std::vector<std::vector<Number>> levels_;  // the lowest first
  std::vector<size_t> sizes_;                // without the filling
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_SORTED_INDEX_H_
