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
  for (int i = 0; i < 200; ++i) {
    const Reply reply = world.Ask("hash.example.org", "ANY", Subnet(i));
    before[i] = Content(reply, "A");
    used.insert(before[i]);
    REQUIRE(Content(world.Ask("hash.example.org", "ANY", Subnet(i)), "AAAA") ==
            Content(reply, "AAAA"));
  }
  CHECK(used.size() == 3);
  // Removing an address moves only its own subnets.
  name.a = {"192.0.2.1", "192.0.2.3"};
  world.data.Set("hash.example.org", name);
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    const std::string now =
        Content(world.Ask("hash.example.org", "ANY", Subnet(i)), "A");
    if (before[i] != "192.0.2.2") REQUIRE(now == before[i]);
  }
}

}  // namespace
}  // namespace groupring::backend
