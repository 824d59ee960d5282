// When health is ignored, and what is never withheld.
#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "redis/model/health.h"
#include "tests/redis/model/health_scene.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

TEST_CASE("panic ignores health when too little weight would be left") {
  Scene scene;
  for (const char* group : {"g1", "g2", "g3"}) {
    scene.Group(group, {std::string("192.0.2.") + group[1]});
  }
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", Down());
  CHECK_FALSE(scene.Panics(scene.At()));
  // A third is left, and 30 percent are enough.
  scene.Say("c1", "g2", "192.0.2.2", Down());
  CHECK_FALSE(scene.Panics(scene.At()));
  scene.defaults.panic_percent = 34;
  CHECK(scene.Panics(scene.At()));
  scene.defaults.panic_percent = 30;
  scene.Say("c1", "g3", "192.0.2.3", Down());
  CHECK(scene.Panics(scene.At()));
  scene.defaults.panic_percent = 0;
  CHECK_FALSE(scene.Panics(scene.At()));
}

TEST_CASE("PANIC of a name goes before that of all, and for that name alone") {
  Scene scene;
  for (const char* group : {"g1", "g2", "g3"}) {
    scene.Group(group, {std::string("192.0.2.") + group[1]});
  }
  scene.AddName("never.example.org", 0);
  scene.AddName("soon.example.org", 67);
  scene.AddName("as-all.example.org", std::nullopt);
  scene.Checker("c1");
  const auto panics = [&] {
    const HealthConclusions conclusions = scene.At();
    std::string names;
    for (const char* name : {"ftp.example.org", "as-all.example.org",
                             "never.example.org", "soon.example.org"}) {
      if (scene.PanicsFor(name, conclusions)) names += std::string(name) + " ";
    }
    return names;
  };
  scene.Say("c1", "g1", "192.0.2.1", Down());
  CHECK(panics() == "soon.example.org ");
  scene.Say("c1", "g2", "192.0.2.2", Down());
  scene.Say("c1", "g3", "192.0.2.3", Down());
  CHECK(panics() == "ftp.example.org as-all.example.org soon.example.org ");
  scene.defaults.panic_percent = 0;
  CHECK(panics() == "soon.example.org ");
}

TEST_CASE("panic counts only groups that operators left in service") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  scene.Group("g2", {"192.0.2.2"});
  scene.Disable("g2");
  scene.Checker("c1");
  scene.Say("c1", "g2", "192.0.2.2", Down());
  CHECK_FALSE(scene.Panics(scene.At()));
  scene.Say("c1", "g1", "192.0.2.1", Down());
  CHECK(scene.Panics(scene.At()));
}

TEST_CASE(
    "random verdicts: panic bounds what is withheld, and order is nothing") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const int groups = 1 + static_cast<int>(random() % 5);
    const int checkers = 1 + static_cast<int>(random() % 4);
    // What each checker says of each address; two scenes in another order.
    Scene forth;
    Scene back;
    std::vector<std::pair<std::string, std::string>> addresses;
    std::map<std::string, uint32_t> weights;
    for (int g = 0; g < groups; ++g) {
      const std::string group = "g" + std::to_string(g);
      std::vector<std::string> members;
      for (uint32_t a = 0; a <= random() % 3; ++a) {
        members.push_back("10.0." + std::to_string(g) + "." +
                          std::to_string(a));
        addresses.emplace_back(group, members.back());
      }
      const auto weight = static_cast<uint32_t>(random() % 3 * 50);
      weights[group] = weight;
      forth.Group(group, members, weight);
      back.Group(group, members, weight);
    }
    std::vector<std::tuple<std::string, std::string, std::string, bool>> said;
    for (int c = 0; c < checkers; ++c) {
      const std::string id = "c" + std::to_string(c);
      forth.Checker(id);
      back.Checker(id);
      for (const auto& [group, address] : addresses) {
        if (random() % 4 == 0) continue;
        said.emplace_back(id, group, address, random() % 2 == 0);
      }
    }
    for (const auto& [id, group, address, down] : said) {
      forth.Say(id, group, address, down ? Down() : Said(Verdict::kUp));
    }
    std::shuffle(said.begin(), said.end(), random);
    for (const auto& [id, group, address, down] : said) {
      back.Say(id, group, address, down ? Down() : Said(Verdict::kUp));
    }
    const HealthConclusions one = forth.At();
    const HealthConclusions other = back.At();
    CHECK(one.panic.size() == other.panic.size());
    uint32_t all = 0;
    uint32_t kept = 0;
    for (const auto& [group, weight] : weights) {
      all += weight;
      if (!one.groups.at(group)->WithholdsAll(0)) kept += weight;
    }
    CHECK(one.panic.empty() == (kept * 100 >= all * 30));
    for (const auto& [group, health] : one.groups) {
      const auto& twin = *other.groups.at(group);
      for (size_t i = 0; i < health->families[0].addresses.size(); ++i) {
        CHECK(health->Withholds(0, i) == twin.Withholds(0, i));
      }
    }
  }
}

}  // namespace
}  // namespace groupring::redis
