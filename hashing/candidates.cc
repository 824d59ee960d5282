#include "hashing/candidates.h"

#include <algorithm>

namespace groupring::hashing {

Candidates::Candidates(std::vector<Group> groups) {
  // The heaviest first: they win most often, and then the others need no
  // logarithm.
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.index < b.index;
  });
  hashes_.reserve(groups.size());
  indices_.reserve(groups.size());
  for (const Group& group : groups) {
    const size_t i = hashes_.size();
    if (classes_.empty() || classes_.back().weight != group.weight) {
      const uint64_t reciprocal =
          ((uint64_t{1} << 32) + group.weight - 1) / group.weight;
      classes_.push_back({group.weight, reciprocal, i, i});
    }
    classes_.back().end = i + 1;
    hashes_.push_back(group.order_hash);
    indices_.push_back(group.index);
  }
}

}  // namespace groupring::hashing
