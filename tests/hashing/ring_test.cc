#include "hashing/ring.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "hashing/group_hash.h"
#include "tests/hashing/rings.h"
#include "tests/hashing/slow_ring.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

std::string ErrorOf(std::vector<RingGroup> groups) {
  std::string error;
  CHECK(Ring::Create(std::move(groups), &error) == nullptr);
  return error;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a name given twice makes no ring, and the reason names it") {
  CHECK(Contains(ErrorOf({{"a", 1}, {"twice", 1}, {"b", 1}, {"twice", 2}}),
                 "'twice'"));
  CHECK(Contains(ErrorOf({{"twice", 1}, {"twice", 0}}), "'twice'"));
}

// Two names of 16 bytes with one XXH64 of seed 0: the second half takes back
// the difference that the first half makes.
std::pair<std::string, std::string> NamesOfOneHash() {
  constexpr uint64_t kPrime1 = 0x9e3779b185ebca87;
  constexpr uint64_t kPrime2 = 0xc2b2ae3d27d4eb4f;
  constexpr uint64_t kPrime4 = 0x85ebca77c2b2ae63;
  constexpr uint64_t kPrime5 = 0x27d4eb2f165667c5;
  const auto inverse = [](uint64_t odd) {
    uint64_t result = odd;
    for (int i = 0; i < 6; ++i) result *= 2 - odd * result;
    return result;
  };
  const auto round = [=](uint64_t lane) {
    return std::rotl(lane * kPrime2, 31) * kPrime1;
  };
  const auto lane_of = [=](uint64_t rounded) {
    return std::rotr(rounded * inverse(kPrime1), 31) * inverse(kPrime2);
  };
  const auto after_first = [=](uint64_t lane) {
    return std::rotl((kPrime5 + 16) ^ round(lane), 27) * kPrime1 + kPrime4;
  };
  const auto bytes = [](uint64_t first, uint64_t second) {
    std::string name;
    for (const uint64_t lane : {first, second}) {
      for (int i = 0; i < 8; ++i) {
        name.push_back(static_cast<char>(lane >> (8 * i)));
      }
    }
    return name;
  };
  const uint64_t sum = after_first(1) ^ round(5);
  return {bytes(1, 5), bytes(2, lane_of(sum ^ after_first(2)))};
}

TEST_CASE("two names of one hash make no ring") {
  const auto [a, b] = NamesOfOneHash();
  REQUIRE(a != b);
  REQUIRE(OrderHash(a) == OrderHash(b));
  const std::string error = ErrorOf({{a, 1}, {"other", 1}, {b, 1}});
  CHECK(Contains(error, a));
  CHECK(Contains(error, b));
  CHECK(Contains(error, "same hash"));
  CHECK(MakeRing({{a, 1}, {"other", 1}})->size() == 2);
}

TEST_CASE("a weight above the limit makes no ring, the limit itself does") {
  const uint32_t limit = Ring::kMaxWeight;
  const std::string error = ErrorOf({{"a", 1}, {"heavy", limit + 1}});
  CHECK(Contains(error, "'heavy'"));
  CHECK(Contains(error, std::to_string(limit + 1)));
  CHECK(Contains(ErrorOf({{"a", 0xffffffff}}), "'a'"));
  CHECK(MakeRing({{"a", 1}, {"heavy", limit}})->weight(1) == limit);
}

TEST_CASE("more groups than there are indices make no ring") {
  std::vector<RingGroup> groups = EqualGroups("g", Ring::kMaxGroups);
  // Weight 0 is the same as absent.
  groups.push_back({"absent", 0});
  const auto ring = MakeRing(groups);
  CHECK(ring->size() == Ring::kMaxGroups);
  // The indices of all are apart from the one that means nobody.
  CHECK(ring->IndexOf(ring->name(Ring::kMaxGroups - 1)) ==
        Ring::kMaxGroups - 1);
  groups.push_back({"one more", 1});
  CHECK(Contains(ErrorOf(groups), "65536"));
}

TEST_CASE("groups are sorted by the bytes of their names") {
  const auto ring = MakeRing({{"b", 2},
                              {"\xc3\xa9", 6},
                              {"B", 1},
                              {"b1", 4},
                              {std::string("b\0x", 3), 3},
                              {"zero", 0},
                              {"ba", 5}});
  REQUIRE(ring->size() == 6);
  for (size_t i = 0; i < ring->size(); ++i) {
    CHECK(ring->weight(i) == i + 1);
    CHECK(ring->IndexOf(ring->name(i)) == i);
  }
  CHECK(ring->name(0) == "B");
  CHECK(ring->name(5) == "\xc3\xa9");
  for (const char* absent : {"", "A", "a", "bb", "zero", "zz"}) {
    CHECK(!ring->IndexOf(absent));
  }
}

TEST_CASE("no groups make a ring that nobody answers") {
  for (const auto& ring : {MakeRing({}), MakeRing({{"a", 0}})}) {
    CHECK(ring->size() == 0);
    CHECK(!ring->IndexOf("a"));
    CHECK(NamesInOrder(*ring, 0).empty());
  }
}

TEST_CASE("a single group answers everything") {
  const auto ring = MakeRing({{"alone", 3}});
  Draw draw(1);
  for (int i = 0; i < 1000; ++i) CHECK(ring->First(draw.Slot()) == 0);
}

TEST_CASE("orders are the definition's") {
  Draw draw(2);
  for (int i = 0; i < 300; ++i) {
    const auto groups = RandomGroups(draw, 40);
    const auto ring = MakeRing(groups);
    for (const uint32_t slot : {uint32_t{0}, kSlots - 1, draw.Slot(),
                                draw.Slot(), draw.Slot(), draw.Slot()}) {
      CAPTURE(i, slot);
      const auto expected = SlowOrder(groups, slot);
      REQUIRE(NamesInOrder(*ring, slot) == expected);
      REQUIRE(ring->name(ring->First(slot)) == expected[0]);
    }
  }
}

TEST_CASE("orders are those of true logarithms wherever these are clear") {
  Draw draw(3);
  size_t clear = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto groups = RandomGroups(draw, 12);
    const uint32_t slot = draw.Slot();
    const auto score = [slot, &groups](const std::string& name) {
      for (const RingGroup& group : groups) {
        if (group.name != name) continue;
        const auto hash =
            static_cast<long double>(SlowPairHash(name, slot)) + 0.5L;
        return (64 - std::log2(hash)) / group.weight;
      }
      return -1.0L;
    };
    const auto names = NamesInOrder(*MakeRing(groups), slot);
    for (size_t n = 1; n < names.size(); ++n) {
      const long double before = score(names[n - 1]);
      const long double after = score(names[n]);
      REQUIRE(before >= 0);
      if (std::abs(before - after) < 1e-3L * after) continue;
      ++clear;
      CAPTURE(slot, names[n - 1], names[n]);
      REQUIRE(before < after);
    }
  }
  CHECK(clear > 10000);
}

TEST_CASE("the order of insertion does not matter") {
  Draw draw(4);
  for (int i = 0; i < 100; ++i) {
    auto groups = RandomGroups(draw, 30);
    const auto ring = MakeRing(groups);
    for (size_t n = groups.size(); n > 1; --n) {
      std::swap(groups[n - 1], groups[draw.Below(n)]);
    }
    const auto shuffled = MakeRing(groups);
    for (int k = 0; k < 20; ++k) {
      const uint32_t slot = draw.Slot();
      REQUIRE(NamesInOrder(*ring, slot) == NamesInOrder(*shuffled, slot));
    }
  }
}

TEST_CASE("the order of some groups is that of all with the others left out") {
  Draw draw(5);
  for (int i = 0; i < 200; ++i) {
    const auto groups = RandomGroups(draw, 30);
    std::vector<RingGroup> some;
    for (const RingGroup& group : groups) {
      if (draw.Below(2) == 0) some.push_back(group);
    }
    const auto all_ring = MakeRing(groups);
    const auto some_ring = MakeRing(some);
    for (int k = 0; k < 10; ++k) {
      const uint32_t slot = draw.Slot();
      auto expected = NamesInOrder(*all_ring, slot);
      std::erase_if(expected, [&](const std::string& name) {
        return !some_ring->IndexOf(name);
      });
      REQUIRE(NamesInOrder(*some_ring, slot) == expected);
    }
  }
}

TEST_CASE("weight 0 is the same as absent") {
  Draw draw(6);
  for (int i = 0; i < 100; ++i) {
    const auto groups = RandomGroups(draw, 20);
    const std::string name = groups[draw.Below(groups.size())].name;
    const auto weightless = MakeRing(WithWeight(groups, name, 0));
    const auto without = MakeRing(Without(groups, name));
    CHECK(weightless->size() == groups.size() - 1);
    for (int k = 0; k < 10; ++k) {
      const uint32_t slot = draw.Slot();
      REQUIRE(NamesInOrder(*weightless, slot) == NamesInOrder(*without, slot));
    }
  }
}

TEST_CASE("a common factor of all weights does not matter") {
  Draw draw(7);
  for (int i = 0; i < 200; ++i) {
    auto groups = RandomGroups(draw, 20);
    for (RingGroup& group : groups) group.weight = 1 + group.weight % 1000;
    auto scaled = groups;
    const auto factor =
        static_cast<uint32_t>(2 + draw.Below(Ring::kMaxWeight / 1000 - 1));
    for (RingGroup& group : scaled) group.weight *= factor;
    const auto ring = MakeRing(groups);
    const auto scaled_ring = MakeRing(scaled);
    for (int k = 0; k < 10; ++k) {
      const uint32_t slot = draw.Slot();
      REQUIRE(NamesInOrder(*ring, slot) == NamesInOrder(*scaled_ring, slot));
    }
  }
}

TEST_CASE("more weight moves a group forward, and no other past another") {
  Draw draw(8);
  size_t moved = 0;
  for (int i = 0; i < 200; ++i) {
    auto groups = RandomGroups(draw, 20);
    for (RingGroup& group : groups) group.weight = 1 + group.weight % 1000;
    const RingGroup chosen = groups[draw.Below(groups.size())];
    const auto heavier = static_cast<uint32_t>(chosen.weight + 1 +
                                               draw.Below(3 * chosen.weight));
    const auto ring = MakeRing(groups);
    const auto after = MakeRing(WithWeight(groups, chosen.name, heavier));
    for (int k = 0; k < 20; ++k) {
      const uint32_t slot = draw.Slot();
      auto names = NamesInOrder(*ring, slot);
      auto names_after = NamesInOrder(*after, slot);
      const auto at = std::find(names.begin(), names.end(), chosen.name);
      const auto at_after =
          std::find(names_after.begin(), names_after.end(), chosen.name);
      REQUIRE(at_after - names_after.begin() <= at - names.begin());
      moved += at_after - names_after.begin() < at - names.begin() ? 1 : 0;
      names.erase(at);
      names_after.erase(at_after);
      REQUIRE(names == names_after);
    }
  }
  CHECK(moved > 500);
}

TEST_CASE("a share is kept as defined, whole always and 0 never") {
  Draw draw(9);
  const auto ring = MakeRing(RandomGroups(draw, 10));
  for (int i = 0; i < 20000; ++i) {
    const size_t index = draw.Below(ring->size());
    const uint32_t slot = draw.Slot();
    const uint64_t share = draw.Below(kWholeShare + 1);
    const bool keeps = ring->Keeps(index, slot, share);
    REQUIRE(keeps == SlowKeeps(ring->name(index), slot, share));
    REQUIRE(ring->Keeps(index, slot, kWholeShare));
    REQUIRE(!ring->Keeps(index, slot, 0));
    const uint64_t more = share + draw.Below(kWholeShare + 1 - share);
    if (keeps) REQUIRE(ring->Keeps(index, slot, more));
  }
}

}  // namespace
}  // namespace groupring::hashing
