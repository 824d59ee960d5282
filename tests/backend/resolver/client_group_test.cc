#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "backend/resolver/resolver.h"
#include "tests/backend/dataset_text.h"
#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using TypeSet = std::multiset<std::string>;

TEST_CASE("ANY has both families of one group, A and AAAA their own of it") {
  ResolverWorld world = WorldOfThreeGroups();
  for (int i = 0; i < 300; ++i) {
    const Reply both = world.Ask("ftp.example.org.", "ANY", Subnet(i));
    REQUIRE(both.kind == Reply::Kind::kRecords);
    REQUIRE(Types(both) == TypeSet{"A", "AAAA"});
    REQUIRE(GroupOfA(both) == GroupOfAaaa(both));
    const Reply a = world.Ask("ftp.example.org.", "A", Subnet(i));
    REQUIRE(Types(a) == TypeSet{"A"});
    REQUIRE(GroupOfA(a) == GroupOfA(both));
    const Reply aaaa = world.Ask("ftp.example.org.", "aaaa", Subnet(i));
    REQUIRE(Types(aaaa) == TypeSet{"AAAA"});
    REQUIRE(GroupOfAaaa(aaaa) == GroupOfA(both));
  }
}

TEST_CASE("a question for a family that a name lacks has no records") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.SetGroup("h1", {"192.0.2.1"}, {});
  world.data.Set("v4.example.org", DatasetText::OnGroups({"h1"}));
  world.Apply();
  for (const char* client : {"203.0.113.7/32", "0.0.0.0/0"}) {
    CAPTURE(client);
    const char* const resolver =
        client[0] == '0' ? "0.0.0.0" : "192.0.2.53";  // nobody asks
    const Reply aaaa = world.Ask("v4.example.org", "AAAA", client, resolver);
    CHECK(aaaa.kind == Reply::Kind::kRecords);
    CHECK(aaaa.records.empty());
    const Reply a = world.Ask("v4.example.org", "A", client, resolver);
    CHECK(Types(a) == TypeSet{"A"});
  }
}

TEST_CASE("what one type asked is all that is counted and held") {
  ResolverWorld world = WorldOfThreeGroups();
  world.Ask("ftp.example.org", "AAAA", Subnet(1));
  const auto in_service = static_cast<size_t>(CountedSource::kInService);
  CHECK(world.counts->answers[0][in_service].value() == 0);
  CHECK(world.counts->answers[1][in_service].value() == 1);
  CHECK_FALSE(world.holds->HeldAt(kNow).empty());
}

TEST_CASE("a subnet always meets the same group and all groups are used") {
  ResolverWorld world = WorldOfThreeGroups();
  std::set<std::string> used;
  for (int i = 0; i < 300; ++i) {
    const std::string group =
        GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
    used.insert(group);
    for (int again = 0; again < 5; ++again) {
      REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) ==
              group);
    }
  }
  CHECK(used == std::set<std::string>{"g1", "g2", "g3"});
}

TEST_CASE("addresses inside a group are drawn at random") {
  ResolverWorld world = WorldOfThreeGroups();
  std::map<std::string, int> drawn;
  for (int i = 0; i < 3000; ++i) {
    ++drawn[Content(world.Ask("ftp.example.org", "ANY"), "A")];
  }
  REQUIRE(drawn.size() == 3);
  for (const auto& [address, count] : drawn) {
    CAPTURE(address);
    CHECK(count > 850);
    CHECK(count < 1150);
  }
}

TEST_CASE("the scope is 24 for IPv4 and 48 for IPv6, never 0") {
  ResolverWorld world = WorldOfThreeGroups();
  const auto scope = [&](const std::string& real, const std::string& remote) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", real, remote);
    REQUIRE(reply.records.size() == 2);
    REQUIRE(reply.records[0].scope_mask == reply.records[1].scope_mask);
    return static_cast<int>(reply.records[0].scope_mask);
  };
  CHECK(scope("203.0.113.0/24", "192.0.2.1") == 24);
  CHECK(scope("203.0.113.7/32", "192.0.2.1") == 24);
  CHECK(scope("203.0.0.0/16", "192.0.2.1") == 24);
  CHECK(scope("2001:db8:7:8::/56", "192.0.2.1") == 48);
  CHECK(scope("2001:db8::/32", "192.0.2.1") == 48);
  CHECK(scope("0.0.0.0/0", "192.0.2.1") == 24);
  CHECK(scope("::/0", "192.0.2.1") == 24);
  CHECK(scope("0.0.0.0/0", "2001:db8::1") == 48);
  CHECK(scope("0.0.0.0/0", "0.0.0.0") == 24);
  // 96 bits of ::ffff:0:0 and 24 of the IPv4 address.
  CHECK(scope("::ffff:203.0.113.7/128", "192.0.2.1") == 120);
}

TEST_CASE("real-remote prefix 0: the resolver's own address is hashed") {
  ResolverWorld world = WorldOfThreeGroups();
  for (int i = 0; i < 200; ++i) {
    const std::string resolver = "203.0." + std::to_string(i) + ".53";
    const std::string direct = GroupOfA(
        world.Ask("ftp.example.org", "ANY", resolver + "/32", resolver));
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", "0.0.0.0/0",
                               resolver)) == direct);
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", "::/0", resolver)) ==
            direct);
  }
}

TEST_CASE("real-remote shorter than /24: the bits it has, the rest zero") {
  ResolverWorld world = WorldOfThreeGroups();
  for (int i = 0; i < 100; ++i) {
    const std::string net = "203." + std::to_string(i) + ".0.0";
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", net + "/16")) ==
            GroupOfA(world.Ask("ftp.example.org", "ANY", net + "/24")));
  }
}

TEST_CASE("::ffff:a.b.c.d meets the group of a.b.c.d") {
  ResolverWorld world = WorldOfThreeGroups();
  for (int i = 0; i < 100; ++i) {
    const std::string v4 = "203.0." + std::to_string(i) + ".9";
    REQUIRE(GroupOfA(
                world.Ask("ftp.example.org", "ANY", "::ffff:" + v4 + "/128")) ==
            GroupOfA(world.Ask("ftp.example.org", "ANY", v4 + "/32")));
  }
}

TEST_CASE("remote 0.0.0.0: a canonical sample with every type") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.SetGroup("g1", {}, {"2001:db8:1::1"});
  world.data.SetGroup("g2", {"198.51.2.9", "198.51.2.1"}, {});
  world.Apply();
  for (int i = 0; i < 20; ++i) {
    const Reply reply =
        world.Ask("ftp.example.org.", "ANY", "0.0.0.0/0", "0.0.0.0");
    REQUIRE(Content(reply, "A") == "198.51.2.1");
    REQUIRE(Content(reply, "AAAA") == "2001:db8:1::1");
  }
}

TEST_CASE(
    "remote 0.0.0.0: last known good addresses when nothing else is left") {
  ResolverWorld world = WorldOfThreeGroups();
  const auto sample = [&](const std::string& name) {
    const Reply reply = world.Ask(name, "ANY", "0.0.0.0/0", "0.0.0.0");
    return Content(reply, "A") + " " + Content(reply, "AAAA");
  };
  DatasetText::Name own;
  own.a = {"192.0.2.1"};
  own.aaaa = {"2001:db8:9::1"};
  world.data.Set("own.example.org", own);
  own.a = {};
  own.aaaa = {};
  world.data.Set("own.example.org", own);
  for (const std::string g : {"g1", "g2", "g3"}) {
    world.data.SetGroup(g, {}, {});
  }
  world.Apply();
  CHECK(sample("ftp.example.org") == "198.51.1.1 2001:db8:1::1");
  CHECK(sample("own.example.org") == "192.0.2.1 2001:db8:9::1");
  // What is in service comes before what was.
  world.data.SetGroup("g3", {"198.51.3.1"}, {});
  world.Apply();
  CHECK(sample("ftp.example.org") == "198.51.3.1 2001:db8:1::1");
}

}  // namespace
}  // namespace groupring::backend
