#include "backend/change/upgrade_safety.h"

#include <algorithm>
#include <string>
#include <vector>

#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Holder = SharedAddress::Holder;
using Kind = Obstacle::Kind;

std::vector<SharedAddress> SharedOf(const DatasetText& data,
                                    const std::string& group = "g1") {
  redis::DatasetChange everything;
  everything.everything = true;
  const auto snapshot = SnapshotBuilder([](Severity, const std::string&) {
                        }).Apply(data.dataset(), everything, kNow);
  return SharedAddresses(*data.dataset().groups.at(group), *snapshot, kNow);
}

TEST_CASE("addresses that only the group has are shared with nobody") {
  CHECK(SharedOf(ThreeGroups()).empty());
}

TEST_CASE("another group on a name that has the address shares it") {
  DatasetText data = ThreeGroups();
  data.SetGroup("g2", {"198.51.100.2", "198.51.100.1"}, {"2001:db8::2"});
  CHECK(SharedOf(data) == std::vector<SharedAddress>{
                              {"198.51.100.1", Holder::kGroup, "g2", true}});
  CHECK(
      SharedOf(data, "g2") ==
      std::vector<SharedAddress>{{"198.51.100.1", Holder::kGroup, "g1", true}});
  // Out of service it answers nothing, but caches may hold what it did.
  data.SetGroup("g2", {"198.51.100.1"}, {}, Disabled());
  REQUIRE(SharedOf(data).size() == 1);
  CHECK_FALSE(SharedOf(data)[0].answered);
}

TEST_CASE("a group of weight 0 on all its names answers nothing") {
  DatasetText data = ThreeGroups();
  data.SetGroup("g2", {"198.51.100.1"}, {});
  DatasetText::Name name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.groups[1].weight = 0;
  data.Set("ftps.example.org", name);
  CHECK(SharedOf(data).at(0).answered);  // ftp.example.org gives it a weight
  data.Set("ftp.example.org", name);
  CHECK_FALSE(SharedOf(data).at(0).answered);
}

TEST_CASE("a group on no name answers nothing") {
  DatasetText data = ThreeGroups();
  data.SetGroup("spare", {"198.51.100.1"}, {});
  CHECK(SharedOf(data).empty());
}

TEST_CASE("ranges share what they have in common, in both directions") {
  for (const auto& [own, other] : {std::pair{"192.0.2.0/24", "192.0.2.77"},
                                   {"192.0.2.77", "192.0.2.0/24"},
                                   {"192.0.2.0/24", "192.0.2.128/25"},
                                   {"192.0.2.255", "192.0.2.0/24"},
                                   {"192.0.2.64/28", "192.0.0.0/16"}}) {
    CAPTURE(own, other);
    DatasetText data = ThreeGroups();
    data.SetGroup("g1", {"198.51.100.1", own, "203.0.113.9"}, {});
    data.SetGroup("g2", {other}, {});
    REQUIRE(SharedOf(data).size() == 1);
    CHECK(SharedOf(data)[0].address == other);
  }
  for (const char* apart : {"192.0.3.0", "192.0.1.255", "192.0.3.0/24"}) {
    CAPTURE(apart);
    DatasetText data = ThreeGroups();
    data.SetGroup("g1", {"192.0.2.0/24"}, {});
    data.SetGroup("g2", {apart}, {});
    CHECK(SharedOf(data).empty());
  }
  DatasetText six = ThreeGroups();
  six.SetGroup("g1", {}, {"2001:db8:7::/48"});
  six.SetGroup("g2", {}, {"2001:db8:7:ffff:ffff:ffff:ffff:ffff"});
  CHECK(SharedOf(six).size() == 1);
}

TEST_CASE("nested ranges of the group hide nothing") {
  DatasetText data = ThreeGroups();
  data.SetGroup("g1", {"192.0.2.0/24", "192.0.2.0/28", "192.0.2.3"}, {});
  data.SetGroup("g2", {"192.0.2.200"}, {});
  CHECK(SharedOf(data).size() == 1);
}

TEST_CASE("names with addresses of their own, and static records, share too") {
  DatasetText data = ThreeGroups();
  DatasetText::Name own;
  own.a = {"198.51.100.1"};
  own.config.answer = redis::AnswerMode::kRandom;
  data.Set("direct.example.org", own);
  DatasetText::Name apex = DatasetText::Apex();
  apex.config.records_json =
      R"([{"name":"old","type":"A","content":"198.51.100.1"},)"
      R"({"name":"new","type":"AAAA","content":"2001:DB8:0::1"},)"
      R"({"name":"web","type":"HTTPS",)"
      R"("content":"1 . ipv4hint=192.0.2.1,198.51.100.1"},)"
      R"({"name":"text","type":"TXT","content":"198.51.100.1"},)"
      R"({"name":"other","type":"A","content":"192.0.2.1"}])";
  data.Set("example.org", apex);
  const std::vector<SharedAddress> shared = SharedOf(data);
  std::vector<std::string> owners;
  for (const SharedAddress& one : shared) owners.push_back(one.owner);
  CHECK(owners == std::vector<std::string>{"direct.example.org",
                                           "new.example.org", "old.example.org",
                                           "web.example.org"});
  CHECK(shared[0].holder == Holder::kName);
  CHECK(shared[1].holder == Holder::kRecord);
}

TEST_CASE("no more are listed than a person reads, those answered first") {
  DatasetText data = ThreeGroups();
  std::vector<std::string> groups = {"g1", "a-out"};
  data.SetGroup("a-out", {"198.51.100.1"}, {}, Disabled());
  for (int i = 0; i < 30; ++i) {
    groups.push_back("s" + std::to_string(i));
    data.SetGroup(groups.back(), {"198.51.100.1"}, {});
  }
  data.Set("many.example.org", DatasetText::OnGroups(groups));
  const std::vector<SharedAddress> shared = SharedOf(data);
  CHECK(shared.size() == kMaxShared);
  CHECK(std::all_of(shared.begin(), shared.end(),
                    [](const auto& one) { return one.answered; }));
}

redis::NodeStatus Up(const std::string& name, int64_t generation) {
  redis::NodeStatus node;
  node.name = name;
  node.generation = generation;
  node.measures_caches = true;
  node.clock_offset_millis = 0;
  node.seen_unix_millis = kNow;
  return node;
}

TEST_CASE("nodes that all answer by the change are no obstacle") {
  std::vector<redis::NodeStatus> nodes = {Up("ns1", 8), Up("ns2", 9)};
  nodes[0].cached_until = {{"g1", 100}, {"g2", 900}};
  nodes[1].cached_until = {{"g1", 200}, {"g3", 300}};
  const NodesVerdict one = JudgeNodes(nodes, {"g1"}, 8);
  CHECK(one.obstacles.empty());
  CHECK(one.cached_until == 200);
  CHECK(one.cached_by == 1);
  CHECK(JudgeNodes(nodes, {"g1", "g3"}, 8).cached_until == 300);
  CHECK(JudgeNodes(nodes, {"g4"}, 8).cached_until == 0);
}

TEST_CASE("a node that stopped counts by what it saved") {
  redis::NodeStatus stopped = Up("ns2", 9);
  stopped.state = redis::NodeState::kStopped;
  stopped.cached_until = {{"g1", 300}};
  // Started again without Redis it has nothing to answer from.
  CHECK(JudgeNodes({stopped}, {"g1"}, 8).obstacles.empty());
  CHECK(JudgeNodes({stopped}, {"g1"}, 8).cached_until == 300);
  stopped.saved_generation = 8;
  CHECK(JudgeNodes({stopped}, {"g1"}, 8).obstacles.empty());
  stopped.saved_generation = 7;
  REQUIRE(JudgeNodes({stopped}, {"g1"}, 8).obstacles.size() == 1);
  CHECK(JudgeNodes({stopped}, {"g1"}, 8).obstacles[0].kind ==
        Kind::kNodeStopped);
}

TEST_CASE("each state in which a node may answer the group is an obstacle") {
  const auto kind_of = [](const redis::NodeStatus& node) {
    const NodesVerdict verdict = JudgeNodes({Up("ns1", 8), node}, {"g1"}, 8);
    REQUIRE(verdict.obstacles.size() == 1);
    CHECK(verdict.obstacles[0].node == 1);
    return verdict.obstacles[0].kind;
  };
  redis::NodeStatus node = Up("ns2", 8);
  node.state = redis::NodeState::kSilent;
  CHECK(kind_of(node) == Kind::kNodeSilent);
  node.state = redis::NodeState::kStopped;
  node.measures_caches = false;
  CHECK(kind_of(node) == Kind::kNodeStopped);
  node = Up("ns2", 7);
  CHECK(kind_of(node) == Kind::kNodeBehind);
  node = Up("ns2", 8);
  node.saved_generation = 8;
  CHECK(JudgeNodes({node}, {"g1"}, 8).obstacles.empty());
  node.saved_generation = 7;
  CHECK(kind_of(node) == Kind::kNodeNotSaved);
  node = Up("ns2", 8);
  node.answers_from = redis::DataOrigin::kDoubted;
  CHECK(kind_of(node) == Kind::kNodeDoubts);
  node = Up("ns2", 8);
  node.measures_caches = false;
  CHECK(kind_of(node) == Kind::kNodeDoesNotMeasure);
  node = Up("ns2", 8);
  node.clock_offset_millis.reset();
  CHECK(kind_of(node) == Kind::kNodeClockUnknown);
  CHECK(JudgeNodes({}, {"g1"}, 8).obstacles.at(0).kind == Kind::kNoNodes);
}

}  // namespace
}  // namespace groupring::backend
