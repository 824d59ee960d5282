// Weights that change gradually: who has moved on.
#include <cstdint>
#include <vector>

#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

RingState Changing(const std::vector<RingGroup>& before,
                   const std::vector<RingGroup>& after, uint64_t progress) {
  RingState state = Whole(MakeRing(after));
  state.earlier = MakeRing(before);
  state.progress = progress;
  return state;
}

// Computed from README.md without the library.
TEST_CASE("which slots have moved on is part of the format") {
  constexpr struct {
    uint32_t slot;
    uint64_t position;
  } kVectors[] = {{0, 715276022},
                  {1, 1237444172},
                  {54154, 377985419},
                  {kSlots - 1, 2791262411}};
  for (const auto& vector : kVectors) {
    CAPTURE(vector.slot);
    CHECK_FALSE(HasMovedOn(vector.slot, 0));
    CHECK_FALSE(HasMovedOn(vector.slot, vector.position));
    CHECK(HasMovedOn(vector.slot, vector.position + 1));
    CHECK(HasMovedOn(vector.slot, kWholeShare));
  }
}

TEST_CASE("half of the way half of the slots have moved on") {
  uint32_t moved = 0;
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    if (HasMovedOn(slot, kWholeShare / 2)) ++moved;
  }
  CHECK(moved > kSlots / 2 - kSlots / 500);
  CHECK(moved < kSlots / 2 + kSlots / 500);
}

TEST_CASE("a slot moves once, if its group is another one, and to that") {
  const std::vector<RingGroup> from = {{"a", 100}, {"b", 100}, {"c", 40}};
  const std::vector<RingGroup> to = {{"a", 60}, {"b", 130}, {"c", 50}};
  const auto before = OwnerIds(Whole(MakeRing(from)));
  const auto after = OwnerIds(Whole(MakeRing(to)));
  CHECK(OwnerIds(Changing(from, to, 0)) == before);
  CHECK(OwnerIds(Changing(from, to, kWholeShare)) == after);
  std::vector<uint64_t> owners = before;
  for (uint64_t step = 1; step < 4; ++step) {
    const auto now = OwnerIds(Changing(from, to, kWholeShare / 4 * step));
    uint32_t wrong = 0;
    uint32_t moved = 0;
    for (uint32_t slot = 0; slot < kSlots; ++slot) {
      if (now[slot] == owners[slot]) continue;
      ++moved;
      // From where it was at first to where it stays.
      if (owners[slot] != before[slot] || now[slot] != after[slot]) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(moved > 0);
    owners = now;
  }
}

TEST_CASE("shares that groups keep count on both rings") {
  const std::vector<RingGroup> from = {{"a", 100}, {"b", 100}};
  const std::vector<RingGroup> to = {{"a", 50}, {"b", 100}};
  const RingState state =
      WithShare(Changing(from, to, kWholeShare / 2), "a", 0);
  for (const uint64_t owner : OwnerIds(state)) {
    if (owner != IdOf("b")) FAIL("a slot is answered by " << owner);
  }
}

}  // namespace
}  // namespace groupring::hashing
