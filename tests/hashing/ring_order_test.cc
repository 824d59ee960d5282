#include <algorithm>
#include <set>

#include "hashing/ring.h"
#include "tests/hashing/allocations.h"
#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

TEST_CASE("a walk gives each group once, then nothing however often asked") {
  Draw draw(1);
  RingOrder order;
  for (const size_t count : std::vector<size_t>{0, 1, 2, 3, 4, 5, 31, 1000}) {
    const auto ring = MakeRing(EqualGroups("g", count));
    order.Start(*ring, draw.Slot());
    std::set<size_t> given;
    for (size_t i = 0; i < count; ++i) {
      const auto next = order.Next();
      REQUIRE(next.has_value());
      REQUIRE(*next < count);
      given.insert(*next);
    }
    CHECK(given.size() == count);
    for (int i = 0; i < 3; ++i) CHECK(!order.Next());
  }
}

TEST_CASE("a walk that was never started gives nothing") {
  RingOrder order;
  CHECK(!order.Next());
}

TEST_CASE("a walk broken off leaves no trace in the next") {
  Draw draw(2);
  RingOrder reused;
  for (int i = 0; i < 2000; ++i) {
    const auto ring = MakeRing(RandomGroups(draw, 12));
    const uint32_t slot = draw.Slot();
    reused.Start(*ring, slot);
    for (uint64_t left = draw.Below(ring->size() + 2); left > 0; --left) {
      reused.Next();
    }
    const uint32_t other = draw.Slot();
    reused.Start(*ring, other);
    for (const std::string& expected : NamesInOrder(*ring, other)) {
      const auto next = reused.Next();
      REQUIRE(next.has_value());
      REQUIRE(ring->name(*next) == expected);
    }
    REQUIRE(!reused.Next());
  }
}

TEST_CASE("walks allocate nothing once their memory suffices") {
  Draw draw(3);
  const auto ring = MakeRing(EqualGroups("g", 300));
  const auto smaller = MakeRing(EqualGroups("h", 20));
  RingOrder order;
  order.Start(*ring, 0);
  while (order.Next()) continue;

  const size_t before = Allocations();
  size_t given = 0;
  for (int i = 0; i < 20; ++i) {
    for (const Ring* each : {ring.get(), smaller.get()}) {
      order.Start(*each, draw.Slot());
      while (order.Next()) ++given;
    }
  }
  CHECK(Allocations() == before);
  CHECK(given == 20 * 320);
}

TEST_CASE("finding the first few groups allocates nothing at all") {
  const auto ring = MakeRing(EqualGroups("g", 300));
  const size_t before = Allocations();
  RingOrder order;
  order.Start(*ring, 12345);
  const size_t first = order.Next().value();
  const size_t second = order.Next().value();
  CHECK(ring->First(12345) == first);
  const size_t after = Allocations();
  CHECK(after == before);
  CHECK(first != second);
}

}  // namespace
}  // namespace groupring::hashing
