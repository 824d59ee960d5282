#include "redis/base/shared_map.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/catch.h"

namespace groupring {
namespace {

struct Thing {
  std::string name;
  int number = 0;
};
using Map = SharedMap<Thing>;
using Plain = std::map<std::string, int>;

std::shared_ptr<const Thing> New(const std::string& name, int number) {
  return std::make_shared<const Thing>(Thing{name, number});
}

Plain Contents(const Map& map) {
  Plain contents;
  for (const auto& [name, thing] : map) {
    CHECK(contents.emplace(name, thing->number).second);
  }
  CHECK(contents.size() == map.size());
  return contents;
}

// Changes both in the same way, at random.
void Change(int changes, std::mt19937* random, Map* map, Plain* plain) {
  for (int i = 0; i < changes; ++i) {
    const std::string name = "n" + std::to_string((*random)() % 5000);
    const int number = static_cast<int>((*random)() % 1000);
    if ((*random)() % 3 == 0) {
      CHECK(map->erase(name) == (plain->erase(name) > 0));
    } else {
      map->Set(New(name, number));
      (*plain)[name] = number;
    }
  }
}

using Differences = std::set<std::string>;

Differences DifferencesOf(const Map& was, const Map& is) {
  Differences names;
  Map::ForEachDifference(was, is, [&](const Thing* before, const Thing* now) {
    REQUIRE((before != nullptr || now != nullptr));
    CHECK(before != now);
    CHECK(names.insert(now != nullptr ? now->name : before->name).second);
  });
  return names;
}

}  // namespace

TEST_CASE("shared map: an empty one has nothing") {
  const Map map;
  CHECK(map.empty());
  CHECK(map.begin() == map.end());
  CHECK(map.find("a") == map.end());
  CHECK(map.Get("a") == nullptr);
}

TEST_CASE("shared map: random changes leave what they leave in a std::map") {
  std::mt19937 random(1);
  Map map;
  Plain plain;
  for (int round = 0; round < 20; ++round) {
    Change(1000, &random, &map, &plain);
    REQUIRE(Contents(map) == plain);
  }
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "n" + std::to_string(i);
    const auto expected = plain.find(name);
    const auto found = map.find(name);
    REQUIRE((found == map.end()) == (expected == plain.end()));
    REQUIRE(map.contains(name) == (expected != plain.end()));
    if (expected == plain.end()) continue;
    CHECK(found->second->number == expected->second);
    CHECK(map.at(name)->number == expected->second);
  }
  for (const auto& [name, number] : plain) map.erase(name);
  CHECK(map.empty());
  CHECK(map.begin() == map.end());
}

// So many that leaves of all sizes become branches, at two levels.
TEST_CASE("shared map: many names are found while half of them go") {
  constexpr int kNames = 60000;
  const auto name_of = [](int i) { return "n" + std::to_string(i); };
  Map map;
  for (int i = 0; i < kNames; ++i) map.Set(New(name_of(i), i));
  const Map all = map;
  for (int i = 0; i < kNames; i += 2) CHECK(map.erase(name_of(i)));
  CHECK(map.size() == kNames / 2);
  for (int i = 0; i < kNames; ++i) {
    const auto* const before = all.Get(name_of(i));
    REQUIRE(before != nullptr);
    REQUIRE((*before)->number == i);
    const auto* const now = map.Get(name_of(i));
    REQUIRE((now != nullptr) == (i % 2 != 0));
    if (now != nullptr) REQUIRE(*now == *before);
  }
  CHECK(DifferencesOf(all, map).size() == kNames / 2);
  CHECK(all.Get("n") == nullptr);
}

TEST_CASE("shared map: a copy keeps what it had, whichever of them changes") {
  std::mt19937 random(2);
  Map map;
  Plain plain;
  std::vector<std::pair<Map, Plain>> versions;
  for (int round = 0; round < 30; ++round) {
    Change(200, &random, &map, &plain);
    versions.emplace_back(map, plain);
    if (round % 5 == 4)
      Change(50, &random, &versions.back().first, &versions.back().second);
  }
  for (const auto& [version, expected] : versions) {
    CHECK(Contents(version) == expected);
  }
}

TEST_CASE("shared map: differences are exactly the objects that differ") {
  std::mt19937 random(3);
  Map map;
  Plain plain;
  Change(3000, &random, &map, &plain);
  CHECK(DifferencesOf(map, map).empty());
  CHECK(DifferencesOf({}, map).size() == map.size());
  CHECK(DifferencesOf(map, {}).size() == map.size());
  for (const int changes : {1, 10, 1000, 5000}) {
    const Map before = map;
    Change(changes, &random, &map, &plain);
    Differences expected;
    for (const auto& [name, thing] : before) {
      const auto* const now = map.Get(name);
      if (now == nullptr || *now != thing) expected.insert(name);
    }
    for (const auto& [name, thing] : map) {
      if (!before.contains(name)) expected.insert(name);
    }
    CHECK(DifferencesOf(before, map) == expected);
  }
}

TEST_CASE("shared map: an iterator that was found goes on to what is left") {
  std::mt19937 random(4);
  Map map;
  Plain plain;
  Change(2000, &random, &map, &plain);
  size_t left = map.size();
  for (auto it = map.begin(); it != map.end(); ++it, --left) {
    if (left % 97 != 0) continue;
    size_t counted = 0;
    for (auto on = map.find((*it).first); on != map.end(); ++on) ++counted;
    CHECK(counted == left);
  }
  CHECK(left == 0);
}

// Half of the names are there all the time; the others come and go.
TEST_CASE("shared map: some at a time, none is passed by while others change") {
  std::mt19937 random(6);
  const int names = GENERATE(0, 1, 300, 3000, 50'000);
  const bool are_added = GENERATE(false, true);
  CAPTURE(names, are_added);
  const auto name_of = [](int i) { return "n" + std::to_string(i); };
  Map map;
  for (int i = 0; i < names; ++i) map.Set(New(name_of(i), i));
  std::map<std::string, int> visits;
  std::string last;
  for (;;) {
    std::optional<std::string_view> after;
    if (!visits.empty()) after = last;
    size_t visited = 0;
    std::string now;
    map.ForSome(after, 100, [&](const Map::Pointer& thing) {
      ++visits[thing->name];
      now = thing->name;
      ++visited;
    });
    if (visited == 0) break;
    last = now;
    for (int i = 0; i < 200; ++i) {
      const int other = static_cast<int>(random() % static_cast<size_t>(names));
      if (other % 2 == 0) map.erase(name_of(other));
      if (are_added) map.Set(New("added" + std::to_string(random()), 0));
    }
    if (visited < 100) break;
  }
  int passed_by = 0;
  for (int i = 1; i < names; i += 2) passed_by += visits[name_of(i)] == 0;
  CHECK(passed_by == 0);
  const auto twice =
      std::count_if(visits.begin(), visits.end(),
                    [](const auto& visit) { return visit.second > 1; });
  if (!are_added) CHECK(twice == 0);
}

TEST_CASE("shared map: copies are read and let go of by threads meanwhile") {
  std::mt19937 random(5);
  Map map;
  Plain plain;
  Change(3000, &random, &map, &plain);
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([copy = map, size = map.size()]() mutable {
      CHECK(static_cast<size_t>(std::distance(copy.begin(), copy.end())) ==
            size);
      copy.clear();
    });
    Change(20, &random, &map, &plain);
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(Contents(map) == plain);
}

}  // namespace groupring
