// Groups that keep a part of their slots.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/hashing/rings.h"
#include "tests/hashing/slow_ring.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

std::vector<RingGroup> SomeGroups() {
  return {{"a", 3}, {"b", 1}, {"c", 10}, {"d", 3}, {"drained", 5}, {"e", 1}};
}

// From whole to nothing in 16 steps.
std::vector<uint64_t> Ramp() {
  std::vector<uint64_t> shares;
  for (uint64_t i = 0; i <= 16; ++i) {
    shares.push_back(kWholeShare / 16 * (16 - i));
  }
  return shares;
}

TEST_CASE("along a drain each slot leaves once, from the group alone") {
  const uint64_t drained = IdOf("drained");
  const RingState whole = Whole(MakeRing(SomeGroups()));
  const auto before = OwnerIds(whole);
  const auto without =
      OwnerIds(Whole(MakeRing(Without(SomeGroups(), "drained"))));
  std::vector<uint64_t> owners = before;
  for (const uint64_t share : Ramp()) {
    const auto after = OwnerIds(WithShare(whole, "drained", share));
    uint32_t needless = 0;
    for (uint32_t slot = 0; slot < kSlots; ++slot) {
      // What has left never comes back, and is where it will stay.
      if (owners[slot] != after[slot] && owners[slot] != drained) ++needless;
      if (after[slot] != drained && after[slot] != without[slot]) ++needless;
    }
    CHECK(needless == 0);
    owners = after;
  }
  CHECK(owners == without);
}

TEST_CASE("a fill brings back exactly what the drain took, step by step") {
  const RingState whole = Whole(MakeRing(SomeGroups()));
  const auto ramp = Ramp();
  std::vector<Moves> down;
  for (size_t i = 1; i < ramp.size(); ++i) {
    down.push_back(MovesBetween(WithShare(whole, "drained", ramp[i - 1]),
                                WithShare(whole, "drained", ramp[i])));
  }
  for (size_t i = ramp.size() - 1; i > 0; --i) {
    const Moves up = MovesBetween(WithShare(whole, "drained", ramp[i]),
                                  WithShare(whole, "drained", ramp[i - 1]));
    Moves reversed;
    for (const auto& [from_to, slots] : up) {
      reversed[{from_to.second, from_to.first}] = slots;
    }
    CHECK(!up.empty());
    CHECK(reversed == down[i - 1]);
  }
  CHECK(OwnersOf(WithShare(WithShare(whole, "drained", 0), "drained",
                           kWholeShare)) == OwnersOf(whole));
}

TEST_CASE("a share takes its part of the slots, firmly held or not") {
  const RingState whole = Whole(MakeRing(SomeGroups()));
  const size_t index = whole.ring->IndexOf("drained").value();
  const auto before = OwnersOf(whole);
  for (const uint64_t share : {kWholeShare / 10, kWholeShare / 2}) {
    const auto after = OwnersOf(WithShare(whole, "drained", share));
    // By the pair hash: the largest eighth, …, the fifth, and the few of less.
    std::vector<double> held(6);
    std::vector<double> kept(6);
    for (uint32_t slot = 0; slot < kSlots; ++slot) {
      if (before[slot] != index) continue;
      const uint64_t eighth =
          std::min<uint64_t>(~SlowPairHash("drained", slot) >> 61, 5);
      ++held[eighth];
      if (after[slot] == index) ++kept[eighth];
    }
    const double p =
        static_cast<double>(share) / static_cast<double>(kWholeShare);
    for (size_t i = 0; i < held.size(); ++i) {
      CAPTURE(share, i, held[i], kept[i]);
      REQUIRE(held[i] > 100);
      CHECK(std::abs(kept[i] - p * held[i]) <=
            5 * std::sqrt(p * (1 - p) * held[i]));
    }
  }
}

TEST_CASE("two groups at half shares give up slots independently") {
  const auto ring = MakeRing(EqualGroups("g", 2));
  double both = 0;
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    both += ring->Keeps(0, slot, kWholeShare / 2) &&
                    ring->Keeps(1, slot, kWholeShare / 2)
                ? 1
                : 0;
  }
  CHECK(std::abs(both - kSlots / 4.0) <= 5 * std::sqrt(kSlots * 3 / 16.0));
}

TEST_CASE("several groups with partial shares are passed over as defined") {
  Draw draw(1);
  for (int i = 0; i < 12; ++i) {
    const auto groups = RandomGroups(draw, 8);
    RingState state = Whole(MakeRing(groups));
    for (uint64_t& share : state.shares) {
      const uint64_t choice = draw.Below(4);
      if (choice == 0) share = 0;
      if (choice == 1) share = draw.Below(kWholeShare);
      if (choice == 2) share = draw.Below(2);
    }
    const auto owners = OwnersOf(state);
    for (int k = 0; k < 3000; ++k) {
      const uint32_t slot = draw.Slot();
      CAPTURE(i, slot);
      const std::string expected =
          SlowOwner(groups, slot, [&state](const std::string& name) {
            return state.shares[state.ring->IndexOf(name).value()];
          });
      REQUIRE((owners[slot] == kNobody ? "" : state.ring->name(owners[slot])) ==
              expected);
    }
  }
}

}  // namespace
}  // namespace groupring::hashing
