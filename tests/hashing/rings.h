// Rings for tests, and what is asked of them again and again.
#ifndef GROUPRING_TESTS_HASHING_RINGS_H_
#define GROUPRING_TESTS_HASHING_RINGS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "hashing/ring.h"
#include "hashing/shares.h"

namespace groupring::hashing {

// The same draws on every machine, unlike those of the standard
// distributions.
class Draw {
 public:
  explicit Draw(uint64_t seed) : engine_(seed) {}
  // 0 … bound - 1.
  uint64_t Below(uint64_t bound) { return engine_() % bound; }
  uint32_t Slot() { return static_cast<uint32_t>(Below(kSlots)); }

 private:
  std::mt19937_64 engine_;
};

// Fails the test when the groups make no ring.
std::shared_ptr<const Ring> MakeRing(std::vector<RingGroup> groups);

// `count` groups of weight 100, named prefix1, prefix2, …
std::vector<RingGroup> EqualGroups(const std::string& prefix, size_t count);

// 1 … max_count groups with names of their own, in no order, their weights
// often equal, sometimes extreme.
std::vector<RingGroup> RandomGroups(Draw& draw, size_t max_count);

std::vector<RingGroup> Without(std::vector<RingGroup> groups,
                               const std::string& name);
std::vector<RingGroup> WithWeight(std::vector<RingGroup> groups,
                                  const std::string& name, uint32_t weight);

// All names of a slot's order.
std::vector<std::string> NamesInOrder(const Ring& ring, uint32_t slot);

// Every group with all of its slots.
RingState Whole(std::shared_ptr<const Ring> ring);

// As `state`, with that share for one of its groups.
RingState WithShare(RingState state, const std::string& name, uint64_t share);

// Stands for a name, in any ring; quicker to compare. 0 for "", nobody.
uint64_t IdOf(const std::string& name);

// The owner of each slot.
std::vector<uint64_t> OwnerIds(const RingState& state);

// How many of all 2^24 IPv4 /24 subnets each slot has.
std::vector<uint32_t> Ipv4SubnetsOfSlots();

}  // namespace groupring::hashing

#endif  // GROUPRING_TESTS_HASHING_RINGS_H_
