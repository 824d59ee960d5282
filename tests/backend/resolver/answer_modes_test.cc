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

TEST_CASE("ANSWERS: that many distinct addresses, or all there are") {
  ResolverWorld world = WorldOfThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  for (const uint32_t answers : {2u, 3u, 9u}) {
    name.config.answers = answers;
    world.data.Set("ftp.example.org", name);
    world.Apply();
    for (int i = 0; i < 50; ++i) {
      std::set<std::string> a;
      int count = 0;
      for (const Record& record :
           world.Ask("ftp.example.org", "ANY", Subnet(i)).records) {
        if (record.qtype != "A") continue;
        a.insert(std::string(record.content));
        ++count;
      }
      REQUIRE(count == static_cast<int>(std::min(answers, 3u)));
      REQUIRE(a.size() == static_cast<size_t>(count));
    }
  }
}

TEST_CASE("the skip lists of the name and of its zone's apex are never drawn") {
  ResolverWorld world = WorldOfThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.skip_a = {"198.51.1.0/31", "198.51.2.0/24"};
  world.data.Set("ftp.example.org", name);
  auto apex = DatasetText::Apex();
  apex.skip_a = {"198.51.1.2"};
  apex.skip_aaaa = {"2001:db8:1::/48"};
  world.data.Set("example.org", apex);
  world.Apply();
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    const std::string a = Content(reply, "A");
    REQUIRE(a != "198.51.1.1");
    REQUIRE(a != "198.51.1.2");
    REQUIRE(a.rfind("198.51.2.", 0) != 0);
    REQUIRE(GroupOfAaaa(reply) != "g1");
  }
}

TEST_CASE("`random` names draw from their own sets") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name name;
  name.config.answer = redis::AnswerMode::kRandom;
  name.a = {"192.0.2.1", "192.0.2.2"};
  name.aaaa = {"2001:db8:9::/48"};
  world.data.Set("any.example.org", name);
  world.Apply();
  std::set<std::string> a;
  std::set<std::string> aaaa;
  for (int i = 0; i < 100; ++i) {
    const Reply reply = world.Ask("any.example.org", "ANY");
    a.insert(Content(reply, "A"));
    aaaa.insert(Content(reply, "AAAA"));
    REQUIRE(reply.records[0].scope_mask == 24);
  }
  CHECK(a == std::set<std::string>{"192.0.2.1", "192.0.2.2"});
  CHECK(aaaa.size() > 90);
}

TEST_CASE("`consistent_hash` names give a subnet always the same address") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name name;
  name.config.answer = redis::AnswerMode::kConsistentHash;
  name.a = {"192.0.2.1", "192.0.2.2", "192.0.2.3"};
  name.aaaa = {"2001:db8:9::/48"};
  world.data.Set("hash.example.org", name);
  world.Apply();
  std::map<int, std::string> before;
  std::set<std::string> used;
  std::set<std::string> hosts;
  for (int i = 0; i < 200; ++i) {
    const Reply reply = world.Ask("hash.example.org", "ANY", Subnet(i));
    before[i] = Content(reply, "A");
    used.insert(before[i]);
    hosts.insert(Content(reply, "AAAA"));
    REQUIRE(Content(world.Ask("hash.example.org", "ANY", Subnet(i)), "AAAA") ==
            Content(reply, "AAAA"));
  }
  CHECK(used.size() == 3);
  CHECK(hosts.size() > 190);  // each subnet a host of its own out of a range
  // Removing an address moves its own subnets, to another, and no others.
  name.a = {"192.0.2.1", "192.0.2.3"};
  world.data.Set("hash.example.org", name);
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    const std::string now =
        Content(world.Ask("hash.example.org", "ANY", Subnet(i)), "A");
    if (before[i] == "192.0.2.2") {
      REQUIRE((now == "192.0.2.1" || now == "192.0.2.3"));
    } else {
      REQUIRE(now == before[i]);
    }
  }
}

TEST_CASE("a skip list takes its own family away from a group, not the other") {
  ResolverWorld world = WorldOfThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 200; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.skip_a = {"198.51.1.0/24"};
  world.data.Set("ftp.example.org", name);
  world.Apply();
  int moved = 0;
  for (int i = 0; i < 200; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    REQUIRE(Types(reply) == std::multiset<std::string>{"A", "AAAA"});
    REQUIRE(GroupOfAaaa(reply) == before[i]);
    if (before[i] == "g1") {
      REQUIRE(GroupOfA(reply) != "g1");
      ++moved;
    } else {
      REQUIRE(GroupOfA(reply) == before[i]);
    }
  }
  CHECK(moved > 0);
}

TEST_CASE("when nearly all members are skipped the rest is drawn evenly") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name name;
  name.config.answer = redis::AnswerMode::kRandom;
  for (int i = 1; i <= 100; ++i) {
    name.a.push_back("192.0.2." + std::to_string(i));
  }
  // All but .1 and .100, the first and the last that a search meets.
  name.skip_a = {"192.0.2.2/31",  "192.0.2.4/30",  "192.0.2.8/29",
                 "192.0.2.16/28", "192.0.2.32/27", "192.0.2.64/27",
                 "192.0.2.96/30"};
  world.data.Set("any.example.org", name);
  world.Apply();
  std::map<std::string, int> drawn;
  for (int i = 0; i < 1000; ++i) {
    ++drawn[Content(world.Ask("any.example.org", "A"), "A")];
  }
  REQUIRE(drawn.size() == 2);
  CHECK(drawn["192.0.2.1"] > 400);
  CHECK(drawn["192.0.2.100"] > 400);
}

}  // namespace
}  // namespace groupring::backend
