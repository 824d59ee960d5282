#include "hashing/owner_table.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

using Table = std::shared_ptr<const OwnerTable>;

std::vector<bool> AllEnabled(const Ring& ring) {
  return std::vector<bool>(ring.size(), true);
}

// The first slot in which the tables differ; kSlots if they are the same.
uint32_t FirstDifference(const OwnerTable& a, const OwnerTable& b) {
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    if (a.Owner(slot) != b.Owner(slot)) return slot;
  }
  return kSlots;
}

TEST_CASE("a table gives the first enabled group of each slot's order") {
  Draw draw(1);
  RingOrder order;
  for (int i = 0; i < 10; ++i) {
    const auto ring = MakeRing(RandomGroups(draw, i == 0 ? 200 : 12));
    std::vector<bool> enabled(ring->size());
    for (size_t g = 0; g < enabled.size(); ++g) enabled[g] = draw.Below(4) > 0;
    const Table table = OwnerTable::Build(ring, enabled);
    CHECK(table->ring() == ring);
    CHECK(table->enabled() == enabled);
    for (uint32_t slot = 0; slot < kSlots; slot += 13) {
      order.Start(*ring, slot);
      auto expected = order.Next();
      while (expected && !enabled[*expected]) expected = order.Next();
      REQUIRE(table->Owner(slot) == expected);
    }
  }
}

TEST_CASE("a table without enabled groups gives nothing") {
  const auto ring = MakeRing(EqualGroups("g", 3));
  for (const Table& table :
       {OwnerTable::Build(MakeRing({}), {}),
        OwnerTable::Build(ring, {false, false, false}),
        OwnerTable::Update(*OwnerTable::Build(ring, AllEnabled(*ring)), ring,
                           {false, false, false})}) {
    for (uint32_t slot = 0; slot < kSlots; slot += 1001) {
      REQUIRE(!table->Owner(slot));
    }
  }
}

// Groups with their enablement, changed at random.
class Configuration {
 public:
  explicit Configuration(uint64_t seed) : draw_(seed) {
    for (int i = 0; i < 6; ++i) Add();
  }

  std::shared_ptr<const Ring> MakeRingOfIt() const {
    std::vector<RingGroup> groups;
    for (const Member& member : members_) groups.push_back(member.group);
    return MakeRing(std::move(groups));
  }

  std::vector<bool> EnabledIn(const Ring& ring) const {
    std::vector<bool> enabled(ring.size());
    for (const Member& member : members_) {
      const auto index = ring.IndexOf(member.group.name);
      if (index) enabled[*index] = member.enabled;
    }
    return enabled;
  }

  void Change() {
    const uint64_t choice = draw_.Below(8);
    if (choice == 0 && members_.size() < 9) return Add();
    if (members_.empty()) return Add();
    Member& member = members_[draw_.Below(members_.size())];
    if (choice <= 2) {
      std::swap(member, members_.back());
      members_.pop_back();
    } else if (choice <= 4) {
      member.enabled = !member.enabled;
    } else {
      member.group.weight = Weight();
    }
  }

  Draw& draw() { return draw_; }

 private:
  struct Member {
    RingGroup group;
    bool enabled;
  };

  uint32_t Weight() {
    const uint32_t weights[] = {0, 1, 2, 100, 100, 100, 101, 1000, 16777216};
    return weights[draw_.Below(9)];
  }

  // Often a name that was there before.
  void Add() {
    const std::string name(1, static_cast<char>('a' + draw_.Below(14)));
    for (const Member& member : members_) {
      if (member.group.name == name) return;
    }
    members_.push_back({{name, Weight()}, draw_.Below(4) > 0});
  }

  Draw draw_;
  std::vector<Member> members_;
};

TEST_CASE("after any history of changes a table is the one built afresh") {
  for (const uint64_t seed : std::vector<uint64_t>{1, 2, 3}) {
    Configuration configuration(seed);
    auto ring = configuration.MakeRingOfIt();
    Table table = OwnerTable::Build(ring, configuration.EnabledIn(*ring));
    for (int step = 0; step < 80; ++step) {
      // Mostly one change at a time, sometimes several or none.
      const uint64_t changes[] = {1, 1, 1, 1, 1, 2, 3, 0};
      for (uint64_t left = changes[configuration.draw().Below(8)]; left > 0;
           --left) {
        configuration.Change();
      }
      ring = configuration.MakeRingOfIt();
      const auto enabled = configuration.EnabledIn(*ring);
      table = OwnerTable::Update(*table, ring, enabled);
      CAPTURE(seed, step);
      REQUIRE(table->ring() == ring);
      REQUIRE(table->enabled() == enabled);
      REQUIRE(FirstDifference(*table, *OwnerTable::Build(ring, enabled)) ==
              kSlots);
    }
  }
}

TEST_CASE("one change of many groups gives the table built afresh") {
  auto groups = EqualGroups("g", 150);
  for (size_t i = 0; i < groups.size(); ++i) {
    groups[i].weight = static_cast<uint32_t>(1 + i % 10);
  }
  const auto ring = MakeRing(groups);
  const Table before = OwnerTable::Build(ring, AllEnabled(*ring));
  const std::string name = "g77";
  const size_t index = ring->IndexOf(name).value();

  SECTION("disable, then enable") {
    auto enabled = AllEnabled(*ring);
    enabled[index] = false;
    const Table disabled = OwnerTable::Update(*before, ring, enabled);
    CHECK(FirstDifference(*disabled, *OwnerTable::Build(ring, enabled)) ==
          kSlots);
    const Table again = OwnerTable::Update(*disabled, ring, AllEnabled(*ring));
    CHECK(FirstDifference(*again, *before) == kSlots);
  }
  SECTION("remove, then add") {
    const auto fewer = MakeRing(Without(groups, name));
    const Table removed =
        OwnerTable::Update(*before, fewer, AllEnabled(*fewer));
    CHECK(FirstDifference(*removed, *OwnerTable::Build(
                                        fewer, AllEnabled(*fewer))) == kSlots);
    const Table again = OwnerTable::Update(*removed, ring, AllEnabled(*ring));
    CHECK(FirstDifference(*again, *before) == kSlots);
  }
  SECTION("weigh more, then less") {
    const auto heavier = MakeRing(WithWeight(groups, name, 500));
    const Table up = OwnerTable::Update(*before, heavier, AllEnabled(*heavier));
    CHECK(FirstDifference(*up, *OwnerTable::Build(
                                   heavier, AllEnabled(*heavier))) == kSlots);
    const Table again = OwnerTable::Update(*up, ring, AllEnabled(*ring));
    CHECK(FirstDifference(*again, *before) == kSlots);
  }
}

TEST_CASE("a weight that changes while the group is disabled moves nothing") {
  const auto groups = EqualGroups("g", 5);
  const auto ring = MakeRing(groups);
  const std::vector<bool> enabled = {true, true, false, true, true};
  const Table before = OwnerTable::Build(ring, enabled);
  const auto heavier = MakeRing(WithWeight(groups, ring->name(2), 1000));
  const Table after = OwnerTable::Update(*before, heavier, enabled);
  CHECK(FirstDifference(*before, *after) == kSlots);
}

TEST_CASE("a table that others read stays as it is while a next one is made") {
  const auto ring = MakeRing(EqualGroups("g", 6));
  const Table first = OwnerTable::Build(ring, AllEnabled(*ring));
  std::vector<std::optional<size_t>> expected;
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    expected.push_back(first->Owner(slot));
  }

  std::atomic<bool> done = false;
  std::atomic<uint64_t> wrong = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([first, &expected, &done, &wrong] {
      do {
        for (uint32_t slot = 0; slot < kSlots; slot += 17) {
          if (first->Owner(slot) != expected[slot]) ++wrong;
        }
      } while (!done);
    });
  }
  Table last = first;
  for (size_t i = 0; i < 6; ++i) {
    auto enabled = last->enabled();
    enabled[i] = false;
    last = OwnerTable::Update(*last, ring, enabled);
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
  CHECK(!last->Owner(0));
}

}  // namespace
}  // namespace groupring::hashing
