// Which slots change hands when a ring changes.
#include <algorithm>
#include <string>
#include <vector>

#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

// A ring, and one of its groups.
struct Case {
  std::vector<RingGroup> groups;
  std::string chosen;
};

std::vector<Case> Cases() {
  Draw draw(1);
  std::vector<Case> cases = {{EqualGroups("group", 3), "group1"},
                             {EqualGroups("group", 10), "group7"},
                             {EqualGroups("alone", 1), "alone1"}};
  for (int i = 0; i < 5; ++i) {
    auto groups = RandomGroups(draw, 12);
    const std::string chosen = groups[draw.Below(groups.size())].name;
    cases.push_back({std::move(groups), chosen});
  }
  return cases;
}

// Slots of `after` that differ from `before`. Fails the test unless each came
// from `from` and went to `to`, where these are given.
uint32_t Changes(const std::vector<uint64_t>& before,
                 const std::vector<uint64_t>& after, const uint64_t* from,
                 const uint64_t* to) {
  uint32_t changes = 0;
  uint32_t needless = 0;
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    if (before[slot] == after[slot]) continue;
    ++changes;
    if ((from != nullptr && before[slot] != *from) ||
        (to != nullptr && after[slot] != *to)) {
      ++needless;
    }
  }
  CHECK(needless == 0);
  return changes;
}

uint32_t SlotsOf(const std::vector<uint64_t>& owners, uint64_t id) {
  return static_cast<uint32_t>(std::count(owners.begin(), owners.end(), id));
}

TEST_CASE("removing a group moves all of its slots and no other") {
  for (const Case& each : Cases()) {
    CAPTURE(each.chosen, each.groups.size());
    const uint64_t chosen = IdOf(each.chosen);
    const auto before = OwnerIds(Whole(MakeRing(each.groups)));
    const auto after =
        OwnerIds(Whole(MakeRing(Without(each.groups, each.chosen))));
    CHECK(Changes(before, after, &chosen, nullptr) == SlotsOf(before, chosen));
    CHECK(SlotsOf(after, chosen) == 0);
    CHECK(SlotsOf(after, 0) == (each.groups.size() == 1 ? kSlots : 0));
  }
}

TEST_CASE("disabling a group is removing it, enabling it restores all") {
  for (const Case& each : Cases()) {
    CAPTURE(each.chosen, each.groups.size());
    const RingState whole = Whole(MakeRing(each.groups));
    const RingState disabled = WithShare(whole, each.chosen, 0);
    CHECK(OwnerIds(disabled) ==
          OwnerIds(Whole(MakeRing(Without(each.groups, each.chosen)))));
    CHECK(OwnersOf(WithShare(disabled, each.chosen, kWholeShare)) ==
          OwnersOf(whole));
  }
}

TEST_CASE("adding a group moves slots to it alone") {
  for (const Case& each : Cases()) {
    auto groups = each.groups;
    groups.push_back({"added", groups[0].weight});
    CAPTURE(each.chosen, each.groups.size());
    const auto before = OwnerIds(Whole(MakeRing(each.groups)));
    const auto after = OwnerIds(Whole(MakeRing(groups)));
    const uint64_t added = IdOf("added");
    CHECK(Changes(before, after, nullptr, &added) == SlotsOf(after, added));
  }
}

TEST_CASE("along a ramp of weight each slot moves once, and to the group") {
  for (const Case& each : Cases()) {
    CAPTURE(each.chosen, each.groups.size());
    const uint64_t chosen = IdOf(each.chosen);
    // 0 is reached through the ring without the group.
    std::vector<uint64_t> owners =
        OwnerIds(Whole(MakeRing(WithWeight(each.groups, each.chosen, 0))));
    uint32_t moved = 0;
    uint32_t last = 0;
    for (const uint32_t weight :
         std::vector<uint32_t>{1, 20, 100, 200, 16777216}) {
      const auto after = OwnerIds(
          Whole(MakeRing(WithWeight(each.groups, each.chosen, weight))));
      moved += Changes(owners, after, nullptr, &chosen);
      last = SlotsOf(after, chosen);
      // Each that moved is still there, so none moved twice.
      REQUIRE(last == moved);
      owners = after;
    }
    CHECK(last > 0);
    // Back down: from the group alone, to where they came from.
    const auto lighter =
        OwnerIds(Whole(MakeRing(WithWeight(each.groups, each.chosen, 50))));
    Changes(owners, lighter, &chosen, nullptr);
    CHECK(SlotsOf(lighter, chosen) <= last);
  }
}

TEST_CASE("renaming a group moves slots from the old and to the new name") {
  uint32_t changes = 0;
  for (const Case& each : Cases()) {
    auto renamed = each.groups;
    for (RingGroup& group : renamed) {
      if (group.name == each.chosen) group.name = "renamed";
    }
    const auto before = OwnerIds(Whole(MakeRing(each.groups)));
    const auto after = OwnerIds(Whole(MakeRing(renamed)));
    CAPTURE(each.chosen, each.groups.size());
    const uint64_t chosen = IdOf(each.chosen);
    const uint64_t renamed_to = IdOf("renamed");
    uint32_t needless = 0;
    for (uint32_t slot = 0; slot < kSlots; ++slot) {
      if (before[slot] == after[slot]) continue;
      ++changes;
      if (before[slot] != chosen && after[slot] != renamed_to) ++needless;
    }
    CHECK(needless == 0);
  }
  CHECK(changes > 0);
}

}  // namespace
}  // namespace groupring::hashing
