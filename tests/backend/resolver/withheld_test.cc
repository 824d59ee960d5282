// Addresses that a group has and does not answer.
#include <map>
#include <set>
#include <string>

#include "backend/resolver/outlook.h"
#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// The A and AAAA answers of all subnets, by group of their clients.
std::map<std::string, std::set<std::string>> Answers(ResolverWorld* world,
                                                     const char* type) {
  std::map<std::string, std::set<std::string>> answers;
  ResolverWorld plain = WorldOfThreeGroups();
  for (int i = 0; i < 600; ++i) {
    const std::string home =
        GroupOfA(plain.Ask("ftp.example.org", "A", Subnet(i)));
    answers[home].insert(
        Content(world->Ask("ftp.example.org", "ANY", Subnet(i)), type));
  }
  return answers;
}

TEST_CASE("a withheld address is not answered, and nobody changes the group") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Withhold("g1", {"198.51.1.2"});
  world.Apply();
  CHECK(Answers(&world, "A") ==
        std::map<std::string, std::set<std::string>>{
            {"g1", {"198.51.1.1", "198.51.1.3"}},
            {"g2", {"198.51.2.1", "198.51.2.2", "198.51.2.3"}},
            {"g3", {"198.51.3.1", "198.51.3.2", "198.51.3.3"}}});
}

TEST_CASE(
    "once its `until` has passed an address is answered, without a read") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Withhold("g1", {"198.51.1.2"}, kNow / 1000);
  world.Apply();
  CHECK(Answers(&world, "A").at("g1").size() == 3);
  world.data.Withhold("g1", {"198.51.1.2"}, kNow / 1000 + 1);
  world.Apply();
  CHECK(Answers(&world, "A").at("g1").size() == 2);
}

TEST_CASE("a family that is withheld passes to the next group, it alone") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Withhold("g1", {"198.51.1.0/24"});
  world.Apply();
  const auto answers = Answers(&world, "A");
  for (const std::string& a : answers.at("g1")) {
    CHECK_FALSE(a.starts_with("198.51.1."));
  }
  CHECK(
      Answers(&world, "AAAA").at("g1") ==
      std::set<std::string>{"2001:db8:1::1", "2001:db8:1::2", "2001:db8:1::3"});
}

TEST_CASE("when everything is withheld, fail-open answers it after all") {
  ResolverWorld world = WorldOfThreeGroups();
  for (const char* group : {"g1", "g2", "g3"}) {
    world.data.Withhold(group, {"198.51.0.0/16"});
  }
  world.Apply();
  CHECK(Answers(&world, "A").at("g1").size() == 3);
  const DynamicName& name = *world.snapshot().FindDynamic("ftp.example.org");
  CHECK(OutlookOf(world.snapshot(), name, kNow).name ==
        NameOutlook::kFallsBack);

  DatasetText::Name strict = DatasetText::OnGroups({"g1", "g2", "g3"});
  strict.config.on_empty = redis::OnEmpty::kServfail;
  world.data.Set("ftp.example.org", strict);
  world.Apply();
  CHECK(world.Ask("ftp.example.org", "A").kind == Reply::Kind::kError);
}

TEST_CASE(
    "groups without withheld addresses answer before those with only such") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Withhold("g1", {"198.51.1.0/24"});
  world.data.SetGroup("g2", {"198.51.2.1"}, {"2001:db8:2::1"}, Disabled());
  world.data.SetGroup("g3", {}, {"2001:db8:3::1"});
  world.Apply();
  // g3 has lost its A: its last known good ones are better than what an
  // operator took out.
  for (const auto& [home, answers] : Answers(&world, "A")) {
    for (const std::string& a : answers) CHECK(a.starts_with("198.51.3."));
  }
}

TEST_CASE("the sample of a name has no withheld address") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Withhold("g1", {"198.51.1.1"});
  world.Apply();
  CHECK(Content(world.Ask("ftp.example.org", "A", "0.0.0.0/0", "0.0.0.0"),
                "A") == "198.51.1.2");
}

}  // namespace
}  // namespace groupring::backend
