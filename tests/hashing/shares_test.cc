#include "hashing/shares.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

// A state in which groups may be disabled, draining, or all away.
RingState RandomState(Draw& draw, std::vector<RingGroup> groups) {
  RingState state = Whole(MakeRing(std::move(groups)));
  for (uint64_t& share : state.shares) {
    const uint64_t choice = draw.Below(5);
    if (choice == 0) share = 0;
    if (choice == 1) share = draw.Below(kWholeShare);
  }
  return state;
}

TEST_CASE("the owner of a slot is the first of its order that keeps it") {
  Draw draw(1);
  RingOrder order;
  for (int i = 0; i < 10; ++i) {
    const RingState state = RandomState(draw, RandomGroups(draw, 10));
    const auto owners = OwnersOf(state);
    REQUIRE(owners.size() == kSlots);
    for (uint32_t slot = 0; slot < kSlots; slot += 7) {
      order.Start(*state.ring, slot);
      uint16_t expected = kNobody;
      while (const auto next = order.Next()) {
        if (!state.ring->Keeps(*next, slot, state.shares[*next])) continue;
        expected = static_cast<uint16_t>(*next);
        break;
      }
      REQUIRE(owners[slot] == expected);
    }
  }
}

TEST_CASE("shares count every slot once, and groups without slots") {
  Draw draw(2);
  for (int i = 0; i < 10; ++i) {
    const RingState state = RandomState(draw, RandomGroups(draw, 10));
    std::map<std::string, uint32_t> expected;
    for (size_t g = 0; g < state.ring->size(); ++g) {
      expected[state.ring->name(g)] = 0;
    }
    for (const uint16_t owner : OwnersOf(state)) {
      ++expected[owner == kNobody ? "" : state.ring->name(owner)];
    }
    CHECK(SharesOf(state) == expected);
  }
}

TEST_CASE("without groups in service every slot is nobody's") {
  const RingState empty = Whole(MakeRing({}));
  CHECK(SharesOf(empty) == std::map<std::string, uint32_t>{{"", kSlots}});
  const RingState disabled = WithShare(Whole(MakeRing({{"a", 1}})), "a", 0);
  CHECK(SharesOf(disabled) ==
        std::map<std::string, uint32_t>{{"", kSlots}, {"a", 0}});
  CHECK(MovesBetween(empty, disabled).empty());
  CHECK(MovesBetween(Whole(MakeRing({{"a", 1}})), disabled) ==
        Moves{{{"a", ""}, kSlots}});
  CHECK(MovesBetween(Whole(MakeRing({{"a", 1}})), empty) ==
        Moves{{{"a", ""}, kSlots}});
  CHECK(MovesBetween(empty, Whole(MakeRing({{"a", 1}}))) ==
        Moves{{{"", "a"}, kSlots}});
}

TEST_CASE("moves are the slots whose owner's name differs, counted") {
  Draw draw(3);
  for (int i = 0; i < 8; ++i) {
    auto groups = RandomGroups(draw, 9);
    const RingState before = RandomState(draw, groups);
    // Leaves, joins and weighs again, so that indices shift.
    if (draw.Below(2) == 0) groups.erase(groups.begin());
    if (draw.Below(2) == 0) groups.push_back({"added", 77});
    if (!groups.empty() && draw.Below(2) == 0) {
      groups[draw.Below(groups.size())].weight = 5;
    }
    const RingState after = RandomState(draw, groups);

    std::map<std::pair<uint64_t, uint64_t>, uint32_t> expected;
    const auto from = OwnerIds(before);
    const auto to = OwnerIds(after);
    for (uint32_t slot = 0; slot < kSlots; ++slot) {
      if (from[slot] != to[slot]) ++expected[{from[slot], to[slot]}];
    }
    std::map<std::pair<uint64_t, uint64_t>, uint32_t> moves;
    for (const auto& [from_to, slots] : MovesBetween(before, after)) {
      moves[{IdOf(from_to.first), IdOf(from_to.second)}] = slots;
    }
    CAPTURE(i);
    CHECK(moves == expected);
    if (i == 0) CHECK(MovesBetween(before, before).empty());
  }
}

}  // namespace
}  // namespace groupring::hashing
