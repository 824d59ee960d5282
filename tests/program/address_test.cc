// `groupring address …`: what it prints, and what it writes.
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEST_CASE("address: every command prints what it found and did") {
  Operator ana;
  ana.Type("address list px-1");
  ana.Type("address list random.example.org");
  ana.Type("address add px-1 203.0.113.9 2001:db8:1::/64");
  ana.Type("address add px-1 203.0.113.9");
  ana.Type("address remove px-1 203.0.113.9");
  ana.Type("address remove px-1 203.0.113.1 203.0.113.2");
  ana.Type("address block 203.0.113.1 --reason null-routed");
  ana.Type("address list px-1");
  ana.Type("address block 203.0.113.1");
  ana.Type("address block 203.0.113.3 --name ftp.example.org");
  ana.Type("address block 203.0.113.0/24");
  ana.Type("name show ftp.example.org");
  ana.Type("address unblock 203.0.113.3");
  ana.Type("address unblock 203.0.113.1");
  ana.Type("address unblock 203.0.113.1");
  ana.Type("address add px-9 203.0.113.90 --create");
  ana.Type("address list px-9");
  ana.Type("address add px-9 203.0.113.91");
  ana.Type("address remove px-9 203.0.113.90");
  ana.CheckTranscript("address");
}

TEST_CASE("address: single addresses of a group out of answers and back") {
  Operator ana;
  ana.Type(
      "address disable px-1 203.0.113.1 --reason disk --until "
      "2099-01-01T00:00:00Z");
  ana.Type("address disable px-1 203.0.113.1 --until 2099-01-01T00:00:00Z");
  ana.Type("address list px-1");
  ana.Type("group show px-1");
  ana.Type("group list");
  ana.Type("status");
  ana.Type("plan address disable px-1 203.0.113.2");
  ana.Type("address disable px-1 203.0.113.2");
  ana.Type("address disable px-2 203.0.113.3 203.0.113.4");
  ana.Type("address disable px-2 203.0.113.3 203.0.113.4 --force");
  ana.Type("address enable px-1 203.0.113.1 203.0.113.2");
  ana.Type("address enable px-1 203.0.113.1");
  ana.Type("address remove px-2 203.0.113.3 --force");
  ana.Type("address disable px-9 203.0.113.1");
  ana.Type("address disable px-1 198.51.100.1");
  ana.Type("address disable ftp.example.org 203.0.113.1");
  ana.Type("audit");
  ana.CheckTranscript("address_disable");
}

TEST_CASE("address: every command as JSON") {
  Operator ana;
  ana.Type("address list px-1 --json");
  ana.Type("address add px-1 203.0.113.9 --json");
  ana.Type("address block 203.0.113.1 --dry-run --json");
  ana.CheckTranscript("address_json");
}

TEST_CASE("address: wrong input is refused, saying what was expected") {
  Operator ana;
  const auto before = ana.AllKeys();
  ana.Type("address list px-9");
  ana.Type("address add px-1 nonsense");
  ana.Type("address add px-1 198.51.100.1/24");
  ana.Type("address add px-1 224.0.0.1");
  ana.Type("address add px-9 203.0.113.9");
  ana.Type("address add ftp.example.org 203.0.113.9");
  ana.Type("address add px-1");
  ana.Type("address remove px-1 203.0.113.8");
  ana.Type("address remove px-9 203.0.113.8");
  ana.Type("address block nonsense");
  ana.Type("address block 203.0.113.1 --name fpt.example.org");
  ana.Type("address block ::/0");
  ana.Type("address unblock 203.0.113.1");
  ana.CheckTranscript("address_wrong");
  CHECK(ana.AllKeys() == before);
}

TEST_CASE("address: the keys are those that redis-cli would write") {
  Operator ana;
  RedisServer& redis = ana.redis();
  REQUIRE(ana.Run("address add px-1 203.0.113.9 2001:DB8:1::9").status == 0);
  CHECK(redis.Run("SISMEMBER px-1:A 203.0.113.9\nSCARD px-1:AAAA") == "1\n2\n");
  REQUIRE(ana.Run("address remove px-1 203.0.113.9 2001:db8:1:0::9").status ==
          0);
  CHECK(redis.Run("SISMEMBER px-1:A 203.0.113.9\nSCARD px-1:AAAA") == "0\n1\n");
  REQUIRE(ana.Run("address block 203.0.113.1").status == 0);
  REQUIRE(ana.Run("address block 2001:db8:1::/64 --name random.example.org")
              .status == 0);
  CHECK(redis.Run("SMEMBERS example.org:A:SKIPLIST\n"
                  "SMEMBERS random.example.org:AAAA:SKIPLIST") ==
        "203.0.113.1\n2001:db8:1::/64\n");
  REQUIRE(ana.Run("address unblock 203.0.113.1").status == 0);
  REQUIRE(ana.Run("address unblock 2001:db8:1::/64").status == 0);
  CHECK(redis.Run("KEYS *SKIPLIST") == "\n");
}

TEST_CASE("address: what is blocked by a range is not unblocked alone") {
  Operator ana;
  REQUIRE(ana.Run("address block 203.0.113.0/31").status == 0);
  const CommandResult one = ana.Run("address unblock 203.0.113.1");
  CHECK(one.status == 1);
  CHECK(Holds(one.errors,
              "203.0.113.1 is not blocked itself but covered by "
              "203.0.113.0/31 in example.org:A:SKIPLIST: unblock that"));
}

}  // namespace
}  // namespace groupring::testing
