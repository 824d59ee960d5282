#include "redis/schema/condensed_index.h"

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "redis/schema/name_condenser.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Names = CondensedIndex::Names;

// Sorted, with how many each stands for.
using Counted = std::vector<std::pair<std::string, size_t>>;

const std::array<std::shared_ptr<const GroupList>, 3> kLists = {
    std::make_shared<const GroupList>(),
    std::make_shared<const GroupList>(GroupList{{"g1", 100}}),
    std::make_shared<const GroupList>(GroupList{{"g2", 100}})};

std::shared_ptr<const NameData> Name(const std::string& text, size_t list,
                                     uint32_t ttl = kDefaultTtlSeconds) {
  static const auto kNoSkips = std::make_shared<const SkipList>();
  auto name = std::make_shared<NameData>();
  name->name = text;
  name->groups = kLists[list];
  name->config.ttl_seconds = ttl;
  for (size_t f = 0; f < kFamilies; ++f) {
    name->addresses[f] = std::make_shared<const AddressSet>(
        text, static_cast<Family>(f), std::vector<AddressRange>());
    name->skip[f] = kNoSkips;
  }
  return name;
}

std::string Numbered(unsigned number) {
  return absl::StrFormat("n%04d.example.org", number);
}

unsigned Below(unsigned limit, std::mt19937* random) {
  return static_cast<unsigned>((*random)() % limit);
}

Counted CountedOf(const CondensedNames& condensed) {
  Counted counted;
  for (const auto& name : condensed.names) {
    counted.emplace_back(name->name, CountOf(condensed.alike, name->name));
  }
  std::sort(counted.begin(), counted.end());
  return counted;
}

Counted CountedOf(CondensedIndex* index,
                  const absl::flat_hash_set<std::string>& by_themselves = {}) {
  REQUIRE(index->Prepare().ok());
  return CountedOf(index->Get(by_themselves));
}

// As NameCondenser counts all of them.
Counted CountAll(const Names& names,
                 const absl::flat_hash_set<std::string>& by_themselves = {}) {
  NameCondenser condenser;
  for (const auto& [name, data] : names) condenser.Add(data);
  for (const std::string& name : by_themselves) {
    if (const auto* const data = names.Get(name)) condenser.TakeOut(*data);
  }
  return CountedOf(condenser.Take());
}

TEST_CASE("an index that follows names knows what condensing them all makes") {
  const auto seed = static_cast<unsigned>(GENERATE(1, 2, 3));
  CAPTURE(seed);
  std::mt19937 random(seed);
  Names names;
  CondensedIndex index(20'000);
  index.Follow(names);
  for (int round = 0; round < 60; ++round) {
    for (unsigned left = Below(100, &random); left > 0; --left) {
      const std::string name = Numbered(Below(300, &random));
      if (Below(3, &random) == 0) {
        names.erase(name);
      } else {
        names.Set(Name(name, Below(3, &random), Below(2, &random)));
      }
    }
    if (Below(20, &random) == 0) names.clear();
    index.Follow(names);
    const absl::flat_hash_set<std::string> by_themselves = {
        Numbered(0), Numbered(Below(300, &random)), "away.example.org"};
    CAPTURE(round);
    REQUIRE(CountedOf(&index, by_themselves) == CountAll(names, by_themselves));
  }
}

TEST_CASE("an index of which the first names go finds those behind them") {
  Names names;
  for (unsigned i = 0; i < 200; ++i) names.Set(Name(Numbered(i), 1));
  CondensedIndex index(20'000);
  index.Follow(names);
  for (unsigned i = 0; i < 199; ++i) {
    names.erase(Numbered(i));
    // Behind others that it does not know any more.
    names.Set(Name(Numbered(1000 + i), 1));
    index.Follow(names);
    // Not looked at each time, so that names go while it does not know.
    if (i % 50 != 49) continue;
    CHECK(CountedOf(&index) == Counted{{Numbered(i + 1), 200}});
  }
  CHECK(CountedOf(&index) == Counted{{Numbered(199), 200}});
}

TEST_CASE("an index can follow names back to those before") {
  Names names;
  for (unsigned i = 0; i < 20; ++i) names.Set(Name(Numbered(i), 1));
  const Names before = names;
  names.erase(Numbered(0));
  names.Set(Name(Numbered(7), 2));
  CondensedIndex index(20'000);
  for (const Names& all : {before, names, before}) {
    index.Follow(all);
    CHECK(CountedOf(&index) == CountAll(all));
  }
}

TEST_CASE("an index of too many unlike names says so until they are fewer") {
  Names names;
  for (unsigned i = 0; i < 10; ++i) names.Set(Name(Numbered(i), 1, i));
  CondensedIndex index(9);
  index.Follow(names);
  CHECK(absl::IsResourceExhausted(index.Prepare()));
  names.erase(Numbered(3));
  CHECK(absl::IsResourceExhausted(index.Prepare()));
  index.Follow(names);
  CHECK(CountedOf(&index) == CountAll(names));
  names.Set(Name(Numbered(3), 0));
  index.Follow(names);
  CHECK(absl::IsResourceExhausted(index.Prepare()));
}

}  // namespace
}  // namespace groupring::redis
