#include "redis/schema/node_status.h"

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

NodeStatus Example() {
  NodeStatus status;
  status.name = "ns1";
  status.version = "1.2";
  status.pid = 7;
  status.started_unix_seconds = 1'700'000'000;
  status.seen_unix_millis = 1'700'000'000'123;
  status.generation = 42;
  status.names = 3;
  status.groups = 4;
  status.trouble = "Redis is away";
  status.answers_from = DataOrigin::kDoubted;
  status.answers_from_since_unix_millis = 1'700'000'000'100;
  status.doubted_names = 2;
  return status;
}

void CheckSame(const NodeStatus& a, const NodeStatus& b) {
  CHECK(a.name == b.name);
  CHECK(a.silent == b.silent);
  CHECK(a.version == b.version);
  CHECK(a.pid == b.pid);
  CHECK(a.started_unix_seconds == b.started_unix_seconds);
  CHECK(a.seen_unix_millis == b.seen_unix_millis);
  CHECK(a.generation == b.generation);
  CHECK(a.names == b.names);
  CHECK(a.groups == b.groups);
  CHECK(a.trouble == b.trouble);
  CHECK(a.answers_from == b.answers_from);
  CHECK(a.answers_from_since_unix_millis == b.answers_from_since_unix_millis);
  CHECK(a.doubted_names == b.doubted_names);
}

TEST_CASE("a node's status is written as a hash and read as it was") {
  Strings words = NodeStatusCommand(Example());
  CHECK(words == Strings{"HSET",
                         "groupring:node:ns1",
                         "version",
                         "1.2",
                         "pid",
                         "7",
                         "started",
                         "1700000000",
                         "seen",
                         "1700000000123",
                         "generation",
                         "42",
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
                         "2"});
  words.erase(words.begin(), words.begin() + 2);
  CheckSame(ParseNodeStatus("ns1", Holding(words)), Example());
  CHECK(Example().doubting());
}

TEST_CASE("what a node does not say, or says unintelligibly, is not known") {
  NodeStatus nothing;
  nothing.name = "ns1";
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
                                                    "other",
                                                    "7"})}) {
    CheckSame(ParseNodeStatus("ns1", raw), nothing);
  }
  CHECK(ParseNodeStatus("ns1", Holding({"ANSWERS_FROM", " Held "}))
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
