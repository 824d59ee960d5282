// The weights under which groups would have their wanted shares of the
// questions if slots could be divided between groups.
//
// Of each slot the group with the least log(E) - log(weight) is the owner
// (hashing/score.h). So the weights are the prices of a transport problem: if
// slots for which groups are equally near could be divided, one set of weights
// would meet all shares. Weights that nearly meet them with whole slots are
// near those. A heavy slot that is divided there is why there are none.
#ifndef GROUPRING_BACKEND_CHANGE_DIVIDED_QUESTIONS_H_
#define GROUPRING_BACKEND_CHANGE_DIVIDED_QUESTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace groupring::backend {

// The logarithms of weights, or shares, of each group.
using OfGroups = std::vector<double>;

// The slots that most questions come from, as the ring sees them. What is asked
// from the others is taken to follow the weights, as many small ones do.
class HeavySlots {
 public:
  // `questions`: of each slot, their sum is 1. At most that many are looked at,
  // and fewer of many groups.
  HeavySlots(const std::vector<std::string>& groups,
             const std::vector<float>& questions, size_t most);

  size_t size() const { return slots_.size(); }
  size_t groups() const { return groups_; }
  uint32_t slot(size_t index) const { return slots_[index]; }
  double questions(size_t index) const { return questions_[index]; }
  // log(E) of each group in that slot.
  const double* distances(size_t index) const {
    return &distances_[index * groups_];
  }
  // Of the slots that are not looked at.
  double rest() const { return rest_; }

  // The shares of the first `count` slots.
  OfGroups First(size_t count, const OfGroups& logs) const;
  // Of all.
  OfGroups All(const OfGroups& logs) const;

 private:
  size_t groups_ = 0;
  std::vector<uint32_t> slots_;    // heaviest first
  std::vector<double> questions_;  // of each
  std::vector<double> distances_;  // of each, those of all groups
  double rest_ = 0;
};

// The logarithms of these weights, their mean being 0. `begin`: of the weights
// as they are. REQUIRES: the sum of `wanted` is 1, each above 0.
OfGroups MeetDivided(const HeavySlots& slots, const OfGroups& wanted,
                     OfGroups begin);

// How each group has its part of that slot there; the sum is 1.
OfGroups PartsOf(const HeavySlots& slots, size_t index, const OfGroups& logs);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_DIVIDED_QUESTIONS_H_
