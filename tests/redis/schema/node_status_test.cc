#include "redis/schema/node_status.h"

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

NodeIdentity Ns1() {
  NodeIdentity node;
  node.name = "ns1";
  node.instance = "0123456789abcdef";
  return node;
}

NodeStatus Example() {
  NodeStatus status;
  static_cast<NodeIdentity&>(status) = Ns1();
  status.host = "host1";
  status.kind = NodeKind::kDaemon;
  status.place = "/run/groupring/remote.sock";
  status.state = NodeState::kStopped;
  status.version = "1.2";
  status.pid = 7;
  status.started_unix_seconds = 1'700'000'000;
  status.live_since_unix_millis = 1'700'000'000'050;
  status.seen_unix_millis = 1'700'000'000'123;
  status.generation = 42;
  status.saved_generation = 41;
  status.names = 3;
  status.groups = 4;
  status.trouble = "Redis is away";
  status.answers_from = DataOrigin::kDoubted;
  status.answers_from_since_unix_millis = 1'700'000'000'100;
  status.doubted_names = 2;
  status.clock_offset_millis = -600'000;
  status.schema = Schema::kRazor;
  status.local_out = {{"g1", 1'700'000'900}, {"g 2", 1'700'000'800}};
  status.measures_caches = true;
  status.cached_until = {{"g1", 1'700'000'060}, {"g:2", 1'700'000'010}};
  return status;
}

void CheckSame(const NodeStatus& a, const NodeStatus& b) {
  CHECK(static_cast<const NodeIdentity&>(a) ==
        static_cast<const NodeIdentity&>(b));
  CHECK(a.state == b.state);
  CHECK(a.version == b.version);
  CHECK(a.schema == b.schema);
  CHECK(a.local_out == b.local_out);
  CHECK(a.pid == b.pid);
  CHECK(a.started_unix_seconds == b.started_unix_seconds);
  CHECK(a.live_since_unix_millis == b.live_since_unix_millis);
  CHECK(a.seen_unix_millis == b.seen_unix_millis);
  CHECK(a.generation == b.generation);
  CHECK(a.saved_generation == b.saved_generation);
  CHECK(a.names == b.names);
  CHECK(a.groups == b.groups);
  CHECK(a.trouble == b.trouble);
  CHECK(a.answers_from == b.answers_from);
  CHECK(a.answers_from_since_unix_millis == b.answers_from_since_unix_millis);
  CHECK(a.doubted_names == b.doubted_names);
  CHECK(a.clock_offset_millis == b.clock_offset_millis);
  CHECK(a.measures_caches == b.measures_caches);
  CHECK(a.cached_until == b.cached_until);
}

TEST_CASE("a node's status is written as a hash and read as it was") {
  Strings words = NodeStatusCommand(Example());
  CHECK(words == Strings{"HSET",
                         "groupring:node:ns1:0123456789abcdef",
                         "state",
                         "stopped",
                         "host",
                         "host1",
                         "kind",
                         "daemon",
                         "place",
                         "/run/groupring/remote.sock",
                         "version",
                         "1.2",
                         "pid",
                         "7",
                         "started",
                         "1700000000",
                         "live_since",
                         "1700000000050",
                         "seen",
                         "1700000000123",
                         "generation",
                         "42",
                         "saved_generation",
                         "41",
                         "schema",
                         "razor",
                         "names",
                         "3",
                         "groups",
                         "4",
                         "trouble",
                         "Redis is away",
                         "answers_from",
                         "doubted",
                         "answers_from_since",
                         "1700000000100",
                         "doubted_names",
                         "2",
                         "clock_offset",
                         "-600000",
                         "local_out",
                         "1700000800 g 2\n1700000900 g1",
                         "cached_until:g1",
                         "1700000060",
                         "cached_until:g:2",
                         "1700000010",
                         "cached_until",
                         "1700000060"});
  words.erase(words.begin(), words.begin() + 2);
  CheckSame(ParseNodeStatus(Ns1(), Holding(words)), Example());
  CHECK(Example().doubting());
}

TEST_CASE("the name of a group adds no line to what is out on a node") {
  NodeStatus status = Example();
  status.local_out["g3\n1700000900 g4"] = 1'700'000'900;
  CHECK(NodeStatusCommand(status) == NodeStatusCommand(Example()));
}

TEST_CASE(
    "a node that measures and holds nothing differs from one that cannot") {
  NodeStatus status;
  status.name = "ns1";
  for (const bool measures : {false, true}) {
    status.measures_caches = measures;
    Strings words = NodeStatusCommand(status);
    words.erase(words.begin(), words.begin() + 2);
    CHECK(ParseNodeStatus(status, Holding(words)).measures_caches == measures);
  }
}

TEST_CASE("a member of the list is a name and an instance, or a name alone") {
  CHECK(NodeMember(Ns1()) == "ns1:0123456789abcdef");
  CHECK(ParseNodeMember("ns1:0123456789abcdef") == Ns1());
  NodeIdentity old;
  old.name = "ns1";
  CHECK(NodeMember(old) == "ns1");
  CHECK(ParseNodeMember("ns1") == old);
  CHECK(NodeKey(old) == "groupring:node:ns1");
}

TEST_CASE("what a node does not say, or says unintelligibly, is not known") {
  NodeStatus nothing;
  static_cast<NodeIdentity&>(nothing) = Ns1();
  CHECK_FALSE(nothing.doubting());
  for (const RawValue& raw : {Holding({}), Holding({"pid",
                                                    "-1",
                                                    "started",
                                                    "now",
                                                    "seen",
                                                    "1.5",
                                                    "generation",
                                                    "x",
                                                    "names",
                                                    "99999999999999999999",
                                                    "groups",
                                                    "",
                                                    "answers_from",
                                                    "nowhere",
                                                    "answers_from_since",
                                                    "0x1",
                                                    "doubted_names",
                                                    "+1",
                                                    "clock_offset",
                                                    "soon",
                                                    "kind",
                                                    "robot",
                                                    "state",
                                                    "asleep",
                                                    "other",
                                                    "7"})}) {
    CheckSame(ParseNodeStatus(Ns1(), raw), nothing);
  }
  CHECK(ParseNodeStatus(Ns1(), Holding({"ANSWERS_FROM", " Held "}))
            .answers_from == DataOrigin::kHeld);
}

TEST_CASE("a node's name has no colon and is not empty") {
  CHECK(CheckNodeName("ns1.example.org").ok());
  CHECK(CheckNodeName("a b").ok());
  for (const char* name : {"", ":", "a:b", "g:A"}) {
    CAPTURE(name);
    CHECK(absl::IsInvalidArgument(CheckNodeName(name)));
  }
}

}  // namespace
}  // namespace groupring::redis
