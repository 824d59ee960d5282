// What is recorded of answers: until when caches may hold each group.
#include <cstdint>
#include <map>
#include <string>

#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Held = std::map<std::string, int64_t>;

constexpr int64_t kSecond = kNow / 1000;

std::string Subnet(int i) { return "10." + std::to_string(i) + ".1.0/24"; }

TEST_CASE("an answer is recorded for its group, with its TTL, and no other") {
  ResolverWorld world = WorldOfThreeGroups();
  CHECK(world.holds->HeldAt(kNow).empty());
  const std::string group =
      GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(1)));
  CHECK(world.holds->HeldAt(kNow) == Held{{group, kSecond + 60}});

  DatasetText::Name name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.config.ttl_seconds = 600;
  world.data.Set("ftps.example.org", name);
  world.Apply();
  CHECK(GroupOfA(world.Ask("ftps.example.org", "A", Subnet(1))) == group);
  // The same ring, and the longer TTL stays when it is lowered.
  CHECK(world.holds->HeldAt(kNow) == Held{{group, kSecond + 600}});
  world.Ask("ftp.example.org", "A", Subnet(1));
  CHECK(world.holds->HeldAt(kNow) == Held{{group, kSecond + 600}});
}

TEST_CASE("families of two groups are both recorded") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g2"}));
  world.data.SetGroup("g1", {"198.51.1.1"}, {});
  world.data.SetGroup("g2", {}, {"2001:db8:2::1"});
  world.Apply();
  world.Ask("ftp.example.org", "ANY", Subnet(1));
  CHECK(world.holds->HeldAt(kNow) ==
        Held{{"g1", kSecond + 60}, {"g2", kSecond + 60}});
}

TEST_CASE("a group that answers though it is out of service is recorded") {
  ResolverWorld world = WorldOfThreeGroups();
  SECTION("disabled") {
    world.data.Set("ftp.example.org", DatasetText::OnGroups({"g1"}));
    world.data.SetGroup("g1", {"198.51.1.1"}, {}, Disabled());
  }
  SECTION("of weight 0") {
    DatasetText::Name name = DatasetText::OnGroups({"g1"});
    name.groups[0].weight = 0;
    world.data.Set("ftp.example.org", name);
  }
  world.Apply();
  CHECK(GroupOfA(world.Ask("ftp.example.org", "A", Subnet(1))) == "g1");
  CHECK(world.holds->HeldAt(kNow) == Held{{"g1", kSecond + 60}});
}

TEST_CASE("a group that was taken off its names stays recorded") {
  ResolverWorld world = WorldOfThreeGroups();
  const std::string group =
      GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(1)));
  world.data.Set("ftp.example.org", DatasetText::OnGroups({}));
  world.Apply();
  CHECK(world.holds->HeldAt(kNow) == Held{{group, kSecond + 60}});
}

TEST_CASE("what is answered without a group, or refused, is not recorded") {
  ResolverWorld world = WorldOfThreeGroups();
  world.Ask("example.org", "SOA");
  world.Ask("ftp.example.org", "TXT");
  world.Ask("ftp.example.org", "ANY", "0.0.0.0/0", "0.0.0.0");
  DatasetText::Name name = DatasetText::OnGroups({"g1"});
  name.config.on_empty = redis::OnEmpty::kServfail;
  world.data.Set("ftp.example.org", name);
  world.data.SetGroup("g1", {"198.51.1.1"}, {}, Disabled());
  world.Apply();
  CHECK(world.Ask("ftp.example.org", "A").kind == Reply::Kind::kError);
  CHECK(world.holds->HeldAt(kNow).empty());
}

}  // namespace
}  // namespace groupring::backend
