#include "tests/hashing/rings.h"

#include <utility>

#include "hashing/group_hash.h"
#include "tests/support/catch.h"

namespace groupring::hashing {

std::shared_ptr<const Ring> MakeRing(std::vector<RingGroup> groups) {
  std::string error;
  auto ring = Ring::Create(std::move(groups), &error);
  INFO(error);
  REQUIRE(ring != nullptr);
  return ring;
}

std::vector<RingGroup> EqualGroups(const std::string& prefix, size_t count) {
  std::vector<RingGroup> groups;
  for (size_t i = 1; i <= count; ++i) {
    groups.push_back({prefix + std::to_string(i), 100});
  }
  return groups;
}

std::vector<RingGroup> RandomGroups(Draw& draw, size_t max_count) {
  const uint32_t extreme[] = {1, 2, Ring::kMaxWeight - 1, Ring::kMaxWeight};
  const uint64_t style = draw.Below(4);
  std::vector<RingGroup> groups;
  for (size_t left = 1 + draw.Below(max_count); left > 0; --left) {
    uint32_t weight = 100;
    if (style == 1) weight = static_cast<uint32_t>(1 + draw.Below(10));
    if (style == 2) weight = static_cast<uint32_t>(1 + draw.Below(1000));
    if (style == 3) weight = extreme[draw.Below(4)];
    // Appended, as GCC 12 warns of "g" + std::to_string() at -O3.
    std::string name(1, 'g');
    name += std::to_string(draw.Below(1000000));
    name += '-';
    name += std::to_string(left);
    groups.push_back({std::move(name), weight});
  }
  return groups;
}

std::vector<RingGroup> Without(std::vector<RingGroup> groups,
                               const std::string& name) {
  std::erase_if(groups,
                [&name](const RingGroup& group) { return group.name == name; });
  return groups;
}

std::vector<RingGroup> WithWeight(std::vector<RingGroup> groups,
                                  const std::string& name, uint32_t weight) {
  for (RingGroup& group : groups) {
    if (group.name == name) group.weight = weight;
  }
  return groups;
}

std::vector<std::string> NamesInOrder(const Ring& ring, uint32_t slot) {
  std::vector<std::string> names;
  RingOrder order;
  order.Start(ring, slot);
  while (const auto next = order.Next()) names.push_back(ring.name(*next));
  return names;
}

RingState Whole(std::shared_ptr<const Ring> ring) {
  std::vector<uint64_t> shares(ring->size(), kWholeShare);
  return {std::move(ring), std::move(shares)};
}

RingState WithShare(RingState state, const std::string& name, uint64_t share) {
  state.shares[state.ring->IndexOf(name).value()] = share;
  return state;
}

uint64_t IdOf(const std::string& name) {
  return name.empty() ? 0 : OrderHash(name);
}

std::vector<uint64_t> OwnerIds(const RingState& state) {
  std::vector<uint64_t> ids(size_t{kNobody} + 1);
  for (size_t i = 0; i < state.ring->size(); ++i) {
    ids[i] = IdOf(state.ring->name(i));
  }
  std::vector<uint64_t> owners;
  owners.reserve(kSlots);
  for (const uint16_t owner : OwnersOf(state)) owners.push_back(ids[owner]);
  return owners;
}

std::vector<uint32_t> Ipv4SubnetsOfSlots() {
  std::vector<uint32_t> subnets(kSlots);
  for (uint64_t bits = 0; bits < uint64_t{1} << 24; ++bits) {
    ++subnets[SlotOf({uint64_t{4} << 56 | bits})];
  }
  return subnets;
}

}  // namespace groupring::hashing
