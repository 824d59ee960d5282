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

TEST_CASE("disabling a group moves its clients only, and enabling restores") {
  ResolverWorld world = WorldOfThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 500; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  world.data.SetGroup("g2", {"198.51.2.1"}, {"2001:db8:2::1"}, Disabled());
  world.Apply();
  std::set<std::string> takers;
  for (int i = 0; i < 500; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    const std::string now = GroupOfA(reply);
    REQUIRE(now != "g2");
    REQUIRE(now == GroupOfAaaa(reply));
    if (before[i] != "g2") REQUIRE(now == before[i]);
    if (before[i] == "g2") takers.insert(now);
  }
  CHECK(takers == std::set<std::string>{"g1", "g3"});
  world.data.SetGroup("g2", {"198.51.2.1"}, {"2001:db8:2::1"});
  world.Apply();
  for (int i = 0; i < 500; ++i) {
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) ==
            before[i]);
  }
}

TEST_CASE("a disabled group answers again once its `until` has passed") {
  ResolverWorld world = WorldOfThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 200; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  redis::GroupState state = Disabled();
  state.until = kNow / 1000 - 1;
  world.data.SetGroup("g1", {"198.51.1.1"}, {"2001:db8:1::1"}, state);
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) ==
            before[i]);
  }
}

TEST_CASE("a group that lacks a family: that family from the next group") {
  ResolverWorld world = WorldOfThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 300; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  world.data.SetGroup("g3", {"198.51.3.1"}, {});
  world.Apply();
  int moved = 0;
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    REQUIRE(GroupOfA(reply) == before[i]);  // A stays where it was
    REQUIRE(!GroupOfAaaa(reply).empty());
    if (before[i] == "g3") {
      REQUIRE(GroupOfAaaa(reply) != "g3");
      ++moved;
    } else {
      REQUIRE(GroupOfAaaa(reply) == before[i]);
    }
  }
  CHECK(moved > 0);
}

TEST_CASE("an empty group's clients go to the next group, both families") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.SetGroup("g1", {}, {});
  world.Apply();
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    REQUIRE(GroupOfA(reply) != "g1");
    REQUIRE(GroupOfA(reply) == GroupOfAaaa(reply));
    REQUIRE(!GroupOfA(reply).empty());
  }
}

TEST_CASE("no group has any, fail_open: last known good addresses") {
  ResolverWorld world = WorldOfThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 200; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  for (const std::string g : {"g1", "g2", "g3"}) {
    world.data.SetGroup(g, {}, {});
  }
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    REQUIRE(reply.kind == Reply::Kind::kRecords);
    REQUIRE(GroupOfA(reply) == before[i]);
    REQUIRE(GroupOfAaaa(reply) == before[i]);
    REQUIRE(reply.records[0].scope_mask == 24);
  }
}

TEST_CASE("weight 0 on every group is answered like every group disabled") {
  ResolverWorld world = WorldOfThreeGroups();
  const auto weigh = [&](uint32_t g1, uint32_t g2, uint32_t g3,
                         redis::OnEmpty on_empty) {
    DatasetText::Name name = DatasetText::OnGroups({"g1", "g2", "g3"});
    name.groups[0].weight = g1;
    name.groups[1].weight = g2;
    name.groups[2].weight = g3;
    name.config.on_empty = on_empty;
    world.data.Set("ftp.example.org", name);
    world.Apply();
  };
  weigh(0, 0, 0, redis::OnEmpty::kFailOpen);
  std::map<std::string, int> clients;
  std::map<int, std::string> groups;
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    REQUIRE(reply.kind == Reply::Kind::kRecords);
    REQUIRE(!GroupOfA(reply).empty());
    REQUIRE(GroupOfA(reply) == GroupOfAaaa(reply));
    REQUIRE(reply.records[0].scope_mask == 24);
    groups[i] = GroupOfA(reply);
    ++clients[groups[i]];
  }
  CHECK(clients.size() == 3);  // a ring of equals, not all on one
  for (int i = 0; i < 300; ++i) {
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) ==
            groups[i]);
  }
  weigh(0, 0, 0, redis::OnEmpty::kServfail);
  CHECK(world.Ask("ftp.example.org", "ANY").kind == Reply::Kind::kError);
  // Those with a weight go before those that have none.
  weigh(0, 1, 0, redis::OnEmpty::kFailOpen);
  for (int i = 0; i < 300; ++i) {
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) == "g2");
  }
}

TEST_CASE("a change of a group of weight 0 is seen by those that fall back") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name name = DatasetText::OnGroups({"g1"});
  name.groups[0].weight = 0;
  world.data.Set("ftp.example.org", name);
  world.Apply();
  CHECK(Content(world.Ask("ftp.example.org", "ANY"), "AAAA") != "");
  world.data.SetGroup("g1", {"198.51.1.9"}, {"2001:db8:1::9"});
  world.Apply();
  CHECK(Content(world.Ask("ftp.example.org", "ANY"), "A") == "198.51.1.9");
}

TEST_CASE("fail_open prefers groups that no operator took out") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.SetGroup("g1", {"198.51.1.1"}, {"2001:db8:1::1"}, Disabled());
  world.data.SetGroup("g2", {}, {}, Disabled());
  world.data.SetGroup("g3", {}, {});
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) == "g3");
  }
}

TEST_CASE("all groups disabled, fail_open: still answered") {
  ResolverWorld world = WorldOfThreeGroups();
  for (const std::string g : {"1", "2", "3"}) {
    world.data.SetGroup("g" + g, {"198.51." + g + ".1"},
                        {"2001:db8:" + g + "::1"}, Disabled());
  }
  world.Apply();
  for (int i = 0; i < 100; ++i) {
    REQUIRE(!GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))).empty());
  }
}

TEST_CASE("no group has any, servfail: an error, never an empty answer") {
  ResolverWorld world = WorldOfThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.config.on_empty = redis::OnEmpty::kServfail;
  world.data.Set("ftp.example.org", name);
  for (const std::string g : {"g1", "g2", "g3"}) {
    world.data.SetGroup(g, {}, {});
  }
  world.Apply();
  const Reply reply = world.Ask("ftp.example.org", "ANY");
  CHECK(reply.kind == Reply::Kind::kError);
  CHECK(reply.records.empty());
  CHECK(reply.error.find("ftp.example.org") != std::string::npos);
}

TEST_CASE("a name whose groups never had an address: an error") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Set("new.example.org", DatasetText::OnGroups({"g9"}));
  world.data.Set("bare.example.org", DatasetText::OnGroups({}));
  world.Apply();
  CHECK(world.Ask("new.example.org", "ANY").kind == Reply::Kind::kError);
  CHECK(world.Ask("bare.example.org", "ANY").kind == Reply::Kind::kError);
}

TEST_CASE("a drain moves a growing part of the group's subnets, each once") {
  ResolverWorld world = WorldOfThreeGroups();
  std::map<int, std::string> before;
  for (int i = 0; i < 500; ++i) {
    before[i] = GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
  }
  std::map<int, std::string> last = before;
  int gone_before = 0;
  for (int percent = 0; percent <= 100; percent += 10) {
    redis::GroupState state;
    state.state = redis::AdminState::kDraining;
    state.duration = 1000;
    state.start = kNow / 1000 - percent * 10;
    world.data.SetGroup("g1", {"198.51.1.1"}, {"2001:db8:1::1"}, state);
    world.Apply();
    int gone = 0;
    for (int i = 0; i < 500; ++i) {
      const std::string now =
          GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i)));
      if (before[i] != "g1") {
        REQUIRE(now == before[i]);
      } else if (now != last[i]) {
        REQUIRE(last[i] == "g1");  // it moves away once, and never back
      }
      if (before[i] == "g1" && now != "g1") ++gone;
      last[i] = now;
    }
    REQUIRE(gone >= gone_before);
    gone_before = gone;
  }
  CHECK(gone_before ==
        std::count_if(before.begin(), before.end(),
                      [](const auto& b) { return b.second == "g1"; }));
}

TEST_CASE("last known good addresses that are skipped are not answered") {
  ResolverWorld world = WorldOfThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.skip_a = {"198.51.1.0/24"};
  world.data.Set("ftp.example.org", name);
  for (const std::string g : {"g1", "g2", "g3"}) {
    world.data.SetGroup(g, {}, {});
  }
  world.Apply();
  std::set<std::string> used;
  for (int i = 0; i < 200; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    REQUIRE(Types(reply) == std::multiset<std::string>{"A", "AAAA"});
    used.insert(GroupOfA(reply));
  }
  CHECK(used == std::set<std::string>{"g2", "g3"});
}

// A name with a set of its own that has been emptied.
DatasetText::Name EmptiedName(ResolverWorld* world, redis::AnswerMode mode,
                              redis::OnEmpty on_empty) {
  DatasetText::Name name;
  name.config.answer = mode;
  name.config.on_empty = on_empty;
  name.a = {"192.0.2.1"};
  name.aaaa = {"2001:db8:9::1"};
  world->data.Set("own.example.org", name);
  name.a = {};
  name.aaaa = {};
  world->data.Set("own.example.org", name);
  world->Apply();
  return name;
}

TEST_CASE("ON_EMPTY holds for names with addresses of their own") {
  for (const auto mode :
       {redis::AnswerMode::kRandom, redis::AnswerMode::kConsistentHash}) {
    ResolverWorld world = WorldOfThreeGroups();
    EmptiedName(&world, mode, redis::OnEmpty::kFailOpen);
    const Reply open = world.Ask("own.example.org", "ANY");
    CHECK(Content(open, "A") == "192.0.2.1");
    CHECK(Content(open, "AAAA") == "2001:db8:9::1");
    EmptiedName(&world, mode, redis::OnEmpty::kServfail);
    const Reply failed = world.Ask("own.example.org", "ANY");
    CHECK(failed.kind == Reply::Kind::kError);
    CHECK(failed.records.empty());
  }
}

TEST_CASE("servfail fails the answer when one family of two is lost") {
  ResolverWorld world = WorldOfThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.config.on_empty = redis::OnEmpty::kServfail;
  world.data.Set("ftp.example.org", name);
  for (const std::string g : {"1", "2", "3"}) {
    world.data.SetGroup("g" + g, {"198.51." + g + ".1"}, {});
  }
  world.Apply();
  const Reply reply = world.Ask("ftp.example.org", "A");
  CHECK(reply.kind == Reply::Kind::kError);
  CHECK(reply.records.empty());
}

TEST_CASE("slots that the only group has given up are for ON_EMPTY to decide") {
  ResolverWorld world = WorldOfThreeGroups();
  redis::GroupState half;
  half.state = redis::AdminState::kDraining;
  half.duration = 1000;
  half.start = kNow / 1000 - 500;
  world.data.SetGroup("g1", {"198.51.1.1"}, {"2001:db8:1::1"}, half);
  auto name = DatasetText::OnGroups({"g1"});
  world.data.Set("ftp.example.org", name);
  world.Apply();
  for (int i = 0; i < 200; ++i) {
    REQUIRE(GroupOfA(world.Ask("ftp.example.org", "ANY", Subnet(i))) == "g1");
  }
  name.config.on_empty = redis::OnEmpty::kServfail;
  world.data.Set("ftp.example.org", name);
  world.Apply();
  int failed = 0;
  for (int i = 0; i < 200; ++i) {
    const Reply reply = world.Ask("ftp.example.org", "ANY", Subnet(i));
    if (reply.kind == Reply::Kind::kError) ++failed;
  }
  CHECK(failed > 60);
  CHECK(failed < 140);
}

}  // namespace
}  // namespace groupring::backend
