// The format once more, in the most literal way: every group scored by itself,
// all of them sorted, 128-bit products. What the library is tested against.
#ifndef GROUPRING_TESTS_HASHING_SLOW_RING_H_
#define GROUPRING_TESTS_HASHING_SLOW_RING_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hashing/ring.h"

namespace groupring::hashing {

uint64_t SlowPairHash(const std::string& name, uint32_t slot);

uint64_t SlowNegativeLog2(uint64_t hash);

// The names in the slot's order. Groups of weight 0 are left out.
std::vector<std::string> SlowOrder(const std::vector<RingGroup>& groups,
                                   uint32_t slot);

// Whether the group keeps the slot at this share.
bool SlowKeeps(const std::string& name, uint32_t slot, uint64_t share);

// The first of the order that keeps the slot at its share; "" if none.
std::string SlowOwner(
    const std::vector<RingGroup>& groups, uint32_t slot,
    const std::function<uint64_t(const std::string& name)>& share_of);

}  // namespace groupring::hashing

#endif  // GROUPRING_TESTS_HASHING_SLOW_RING_H_
