#include "redis/model/health.h"

#include <string>
#include <utility>

#include "tests/redis/model/health_scene.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

const AddressConclusion& First(const HealthConclusions& conclusions) {
  return conclusions.groups.at("g1")->families[0].addresses[0];
}

TEST_CASE(
    "an address is down when more than half of those who know it say so") {
  struct Case {
    int down;
    int up;
    bool is_down;
  };
  for (const Case& one : {Case{0, 0, false},
                          {1, 0, true},
                          {0, 1, false},
                          {1, 1, false},
                          {2, 1, true},
                          {1, 2, false},
                          {2, 2, false},
                          {3, 2, true},
                          {3, 0, true}}) {
    Scene scene;
    scene.Group("g1", {"192.0.2.1", "192.0.2.2"});
    for (int i = 0; i < one.down + one.up; ++i) {
      const std::string id = "c" + std::to_string(i);
      scene.Checker(id);
      scene.Say(id, "g1", "192.0.2.1",
                i < one.down ? Down() : Said(Verdict::kUp));
    }
    // It has no verdict on it, so it does not count.
    scene.Checker("other");
    CAPTURE(one.down, one.up);
    const HealthConclusions conclusions = scene.At();
    CHECK(First(conclusions).is_down() == one.is_down);
    CHECK(First(conclusions).votes == static_cast<uint32_t>(one.down + one.up));
    CHECK(conclusions.groups.at("g1")->Withholds(0, 0) == one.is_down);
    CHECK_FALSE(conclusions.groups.at("g1")->Withholds(0, 1));
  }
}

TEST_CASE("busy and draining are not down, and are told") {
  for (const auto& [verdict, health] :
       {std::pair(Verdict::kBusy, AddressHealth::kBusy),
        std::pair(Verdict::kDraining, AddressHealth::kDraining)}) {
    Scene scene;
    scene.Group("g1", {"192.0.2.1"});
    scene.Checker("c1");
    scene.Say("c1", "g1", "192.0.2.1", Said(verdict));
    const HealthConclusions conclusions = scene.At();
    CHECK(First(conclusions).health == health);
    CHECK_FALSE(conclusions.groups.at("g1")->Withholds(0, 0));
  }
}

TEST_CASE("checkers that doubt themselves or do not live have no vote") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  scene.Checker("alive");
  scene.Checker("doubting", 0, true);
  scene.Checker("gone", kCheckerLifeMillis + 1);
  scene.Say("alive", "g1", "192.0.2.1", Said(Verdict::kUp));
  scene.Say("doubting", "g1", "192.0.2.1", Down());
  scene.Say("gone", "g1", "192.0.2.1", Down());
  const HealthConclusions conclusions = scene.At();
  CHECK(conclusions.source == HealthSource::kLive);
  CHECK(First(conclusions).votes == 1);
  CHECK_FALSE(First(conclusions).is_down());
}

TEST_CASE("without a live checker the last verdicts count for a while") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1", "192.0.2.2"});
  scene.Group("g2", {"192.0.2.3"});
  scene.Checker("c1", 0);
  scene.Say("c1", "g1", "192.0.2.1", Down());
  const auto at = [&](int64_t seconds) {
    return scene.At(kNow + seconds * 1000);
  };
  CHECK(at(10).source == HealthSource::kLive);
  CHECK(at(11).source == HealthSource::kStale);
  CHECK(First(at(11)).is_down());
  CHECK(First(at(3600)).is_down());
  CHECK(at(3601).source == HealthSource::kExpired);
  CHECK(First(at(3601)).health == AddressHealth::kUnknown);
  CHECK_FALSE(at(3601).groups.at("g1")->WithholdsAny(0));
}

TEST_CASE("a family with too few addresses is withheld as a whole") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"});
  scene.Group("g2", {"192.0.2.9"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", Down());
  scene.Say("c1", "g1", "192.0.2.2", Down());
  struct Case {
    MinimumUp minimum;
    bool below;
  };
  for (const Case& one : {Case{{1, false}, false},
                          {{2, false}, false},
                          {{3, false}, true},
                          {{50, true}, false},
                          {{51, true}, true},
                          {{100, true}, true},
                          {{9, false}, true}}) {
    CAPTURE(one.minimum.amount, one.minimum.is_percentage);
    scene.check.min_up = one.minimum;
    const auto conclusions = scene.At();
    CHECK(conclusions.groups.at("g1")->families[0].below_minimum == one.below);
    CHECK(conclusions.groups.at("g1")->WithholdsAll(0) == one.below);
    // More than there are is all of them.
    CHECK_FALSE(conclusions.groups.at("g2")->WithholdsAny(0));
  }
}

TEST_CASE("ranges are unchecked and count as up") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1", "198.51.100.0/24"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", Down());
  const auto conclusions = scene.At();
  const auto& group = *conclusions.groups.at("g1");
  CHECK(group.families[0].addresses[1].health == AddressHealth::kUnchecked);
  CHECK(group.Withholds(0, 0));
  CHECK_FALSE(group.Withholds(0, 1));
}

TEST_CASE("observed and paused groups are judged, and nothing is withheld") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  scene.Group("g2", {"192.0.2.2"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", Down());
  SECTION("observe") { scene.check.mode = CheckMode::kObserve; }
  SECTION("paused") { scene.check.paused_until = kNow / 1000 + 1; }
  const auto conclusions = scene.At();
  CHECK(First(conclusions).is_down());
  CHECK_FALSE(conclusions.groups.at("g1")->WithholdsAny(0));
  CHECK(scene.At(kNow + 2000).groups.at("g1")->WithholdsAny(0) ==
        (scene.check.mode == CheckMode::kAct));
}

TEST_CASE("a group that was down fills from when it had enough addresses") {
  Scene scene;
  scene.check.return_time = std::chrono::seconds(60);
  scene.check.min_up = {2, false};
  scene.Group("g1", {"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", Back(5000));
  scene.Say("c1", "g1", "192.0.2.2", Back(7000));
  SECTION("the second address made it") {
    scene.Say("c1", "g1", "192.0.2.3", Down());
    CHECK(scene.At().groups.at("g1")->return_start_unix_millis == 7000);
    CHECK(scene.At().groups.at("g1")->return_millis == 60'000);
  }
  SECTION("one was always up, so the first made it") {
    scene.Say("c1", "g1", "192.0.2.3", Said(Verdict::kUp));
    CHECK(scene.At().groups.at("g1")->return_start_unix_millis == 5000);
  }
  SECTION("it was never down") {
    scene.check.min_up = {1, false};
    scene.Say("c1", "g1", "192.0.2.3", Said(Verdict::kUp));
    CHECK(scene.At().groups.at("g1")->return_millis == 0);
  }
}

TEST_CASE("of three checkers the one that makes the majority tells the time") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  for (const char* id : {"c1", "c2", "c3"}) scene.Checker(id);
  scene.Say("c1", "g1", "192.0.2.1", Down(3000));
  scene.Say("c2", "g1", "192.0.2.1", Down(9000));
  scene.Say("c3", "g1", "192.0.2.1", Down(5000));
  CHECK(First(scene.At()).since_unix_millis == 5000);
  Scene back;
  back.Group("g1", {"192.0.2.1"});
  for (const char* id : {"c1", "c2", "c3"}) back.Checker(id);
  back.Say("c1", "g1", "192.0.2.1", Back(3000));
  back.Say("c2", "g1", "192.0.2.1", Back(9000));
  back.Say("c3", "g1", "192.0.2.1", Down(1000));
  CHECK(First(back.At()).since_unix_millis == 9000);
}

TEST_CASE("a lying checker of three changes nothing") {
  for (const bool lies_down : {true, false}) {
    Scene scene;
    scene.Group("g1", {"192.0.2.1", "192.0.2.2"});
    for (const char* id : {"c1", "c2", "liar"}) scene.Checker(id);
    for (const char* id : {"c1", "c2"}) {
      scene.Say(id, "g1", "192.0.2.1", lies_down ? Said(Verdict::kUp) : Down());
    }
    scene.Say("liar", "g1", "192.0.2.1",
              lies_down ? Down() : Said(Verdict::kUp));
    CHECK(First(scene.At()).is_down() == !lies_down);
  }
}

TEST_CASE("groups of which nothing has changed are shared with the last time") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", Down());
  const HealthConclusions first = scene.At();
  CHECK(SameEffect(first, first));
  scene.Say("c1", "g1", "192.0.2.1", Said(Verdict::kUp));
  CHECK_FALSE(SameEffect(first, scene.At()));
}

TEST_CASE("nothing is checked without probes") {
  Scene scene;
  scene.check.probes.clear();
  scene.Group("g1", {"192.0.2.1"});
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", Down());
  const HealthConclusions conclusions = scene.At();
  CHECK(conclusions.source == HealthSource::kNothingChecked);
  CHECK(conclusions.groups.empty());
}

}  // namespace
}  // namespace groupring::redis
