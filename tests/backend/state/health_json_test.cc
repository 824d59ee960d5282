// Health in a state file: what a node withheld, for one that starts without
// Redis.
#include "backend/state/health_json.h"

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "backend/state/state_file.h"
#include "tests/redis/model/health_scene.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::Down;
using redis::GroupHealth;
using redis::kNow;
using redis::Scene;

// Two groups of three with something down, one of them below its minimum.
Scene Troubled() {
  Scene scene;
  scene.check.min_up = {2, false};
  scene.check.return_time = std::chrono::seconds(600);
  scene.Group("g1", {"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  scene.Group("g2", {"192.0.2.4", "192.0.2.5"});
  scene.Group("g3", {"192.0.2.6"});
  scene.Group("g4", {"192.0.2.7"});
  scene.Checker("c1");
  scene.Checker("c2");
  scene.Checker("c3");
  redis::AddressVerdict said = Down(kNow - 5000);
  said.reason = redis::VerdictReason::kGreetingTimeout;
  said.text = "quote \" and \xff byte";
  for (const char* checker : {"c1", "c2"}) {
    scene.Say(checker, "g1", "192.0.2.2", said);
    scene.Say(checker, "g2", "192.0.2.4", Down());
    scene.Say(checker, "g4", "192.0.2.7", redis::Back(kNow - 1000));
  }
  scene.Say("c3", "g1", "192.0.2.2", redis::Said(redis::Verdict::kUp));
  return scene;
}

struct Saved {
  redis::Dataset dataset;
  std::shared_ptr<const redis::HealthConclusions> conclusions;
  std::string text;
};

Saved Save(Scene* scene) {
  Saved saved;
  saved.conclusions =
      std::make_shared<const redis::HealthConclusions>(scene->At());
  for (const auto& [name, data] : scene->dataset().names) {
    auto copy = std::make_shared<redis::NameData>(*data);
    copy->name = name;
    copy->addresses = {
        std::make_shared<redis::AddressSet>(name + ":A", redis::Family::kA,
                                            std::vector<redis::AddressRange>()),
        std::make_shared<redis::AddressSet>(
            name + ":AAAA", redis::Family::kAaaa,
            std::vector<redis::AddressRange>())};
    copy->skip = {std::make_shared<redis::SkipList>(),
                  std::make_shared<redis::SkipList>()};
    saved.dataset.names.Set(std::move(copy));
  }
  saved.dataset.groups = scene->dataset().groups;
  saved.text =
      EncodeState(saved.dataset, kNow, {saved.conclusions, kNow - 60'000});
  return saved;
}

bool SameEffect(const GroupHealth& a, const GroupHealth& b) {
  for (size_t i = 0; i < a.families[0].addresses.size(); ++i) {
    if (a.Withholds(0, i) != b.Withholds(0, i)) return false;
  }
  return a.return_start_unix_millis == b.return_start_unix_millis &&
         a.return_millis == b.return_millis;
}

TEST_CASE("health that was saved withholds the same, for the same reasons") {
  Scene scene = Troubled();
  const Saved saved = Save(&scene);
  const auto read = DecodeState(saved.text);
  REQUIRE(read.ok());
  CHECK(read->health.unix_millis == kNow - 60'000);
  REQUIRE(read->health.conclusions != nullptr);
  const auto& groups = read->health.conclusions->groups;
  // g3 has nothing to tell.
  REQUIRE(groups.size() == 3);
  for (const char* group : {"g1", "g2", "g4"}) {
    CAPTURE(group);
    CHECK(SameEffect(*groups.at(group), *saved.conclusions->groups.at(group)));
    // A snapshot of the dataset that was read with it obeys it.
    CHECK(groups.at(group)->inputs.sets ==
          read->dataset.groups.at(group)->addresses);
  }
  CHECK(groups.at("g2")->families[0].below_minimum);
  CHECK(groups.at("g4")->return_millis == 600'000);
  const redis::AddressConclusion& down =
      groups.at("g1")->families[0].addresses[1];
  CHECK(down.down_votes == 2);
  CHECK(down.votes == 3);
  CHECK(down.since_unix_millis == kNow - 5000);
  REQUIRE(down.verdict != nullptr);
  CHECK(down.verdict->reason == redis::VerdictReason::kGreetingTimeout);
  // Bytes that are no UTF-8 are replaced, as everywhere in the file.
  CHECK(down.verdict->text == "quote \" and \xef\xbf\xbd byte");
  CHECK(EncodeState(read->dataset, kNow, read->health) == saved.text);
}

TEST_CASE("health that was saved is ignored for the names that panicked") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  scene.AddName("never.example.org", 0);
  scene.Checker("c1");
  scene.Say("c1", "g1", "192.0.2.1", Down());
  const auto read = DecodeState(Save(&scene).text);
  REQUIRE(read.ok());
  const auto& names = read->dataset.names;
  const auto& panic = read->health.conclusions->panic;
  CHECK(panic.contains(redis::PanicScopeOf(*names.at("ftp.example.org"))));
  CHECK_FALSE(
      panic.contains(redis::PanicScopeOf(*names.at("never.example.org"))));
}

TEST_CASE("health that withholds nothing, or only observes, is not saved") {
  Scene scene;
  scene.Group("g1", {"192.0.2.1"});
  scene.Checker("c1");
  SECTION("up") {
    scene.Say("c1", "g1", "192.0.2.1", redis::Said(redis::Verdict::kUp));
  }
  SECTION("observed") {
    scene.check.mode = redis::CheckMode::kObserve;
    scene.Say("c1", "g1", "192.0.2.1", Down());
  }
  const Saved saved = Save(&scene);
  CHECK(saved.text.find("\"health\"") == std::string::npos);
  CHECK(saved.text == EncodeState(saved.dataset, kNow));
  CHECK(DecodeState(saved.text)->health.conclusions == nullptr);
}

// tests/backend/state/golden/health.state is what was written first.
TEST_CASE("the health of a state file is read as it was written at first") {
  Scene scene = Troubled();
  std::ifstream in(GROUPRING_SOURCE_DIR
                   "/tests/backend/state/golden/health.state",
                   std::ios::binary);
  std::ostringstream golden;
  golden << in.rdbuf();
  CHECK(Save(&scene).text == golden.str());
}

}  // namespace
}  // namespace groupring::backend
