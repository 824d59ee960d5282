// Computes which part of the client space each group answers, and what moves
// between two states of a ring. Exact: every slot is counted.
#ifndef GROUPRING_HASHING_SHARES_H_
#define GROUPRING_HASHING_SHARES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hashing/ring.h"

namespace groupring::hashing {

// A ring and the part of its slots that each group keeps (by index;
// kWholeShare: all, 0: disabled). REQUIRES: shares.size() == ring->size().
struct RingState {
  std::shared_ptr<const Ring> ring;
  std::vector<uint64_t> shares;
  // While weights change gradually: the same groups with the weights before,
  // which slots go by that the change has not come to. Null: no such change.
  std::shared_ptr<const Ring> earlier = nullptr;
  uint64_t progress = kWholeShare;  // see HasMovedOn
};

// The index of the group that answers each slot; kNobody when none does.
inline constexpr uint16_t kNobody = 0xffff;
std::vector<uint16_t> OwnersOf(const RingState& state);

// The number of slots of each group, by name, including groups without slots.
// Slots that no group answers are counted under "".
std::map<std::string, uint32_t> SharesOf(const RingState& state);

// How many slots change owner: (from, to) → slots; "" means no group.
using Moves = std::map<std::pair<std::string, std::string>, uint32_t>;
Moves MovesBetween(const RingState& before, const RingState& after);

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_SHARES_H_
