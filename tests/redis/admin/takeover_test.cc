// Nodes take the place of the ones that ran there before them.
#include <map>
#include <string>

#include "tests/redis/admin/heartbeat_node.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using testing::RedisServer;
using testing::WaitUntil;

// Of the node that a heartbeat of the name "n1" is, but an earlier one.
std::string Former(const std::string& state, const std::string& seen,
                   const std::string& place = "/run/remote.sock") {
  return "ZADD groupring:nodes " + seen +
         " n1:before\nHSET groupring:node:n1:before state " + state +
         " host host1 kind daemon place " + place + " seen " + seen +
         " cached_until:g1 1700000060\n";
}

TEST_CASE("a node takes the place of the one that stopped before it") {
  RedisServer redis;
  for (const char* state : {"stopped", "up"}) {
    // Long ago, so that the one that did not say so is silent.
    redis.Run(Former(state, "1699999000000"));
    const auto admin = Connected(redis.url());
    Node node(redis.url());
    REQUIRE(WaitForNode(admin.get(), "n1", 1));
    CHECK(redis.Run("ZRANGE groupring:nodes 0 -1\n") == "n1:i-n1\n");
    CHECK(redis.Run("EXISTS groupring:node:n1:before\n") == "0\n");
    CHECK(node.inherited() ==
          std::map<std::string, int64_t>{{"g1", 1'700'000'060}});
    // It reports that at once: what the other held is known of no one else now.
    CHECK(node.beats() == 2);
    CHECK(redis.Run("HGET groupring:node:n1:i-n1 cached_until:g1\n") ==
          "1700000060\n");
    node.heartbeat().Stop();
    redis.Run("FLUSHALL\n");
  }
}

TEST_CASE("a node does not take a place that is not its own") {
  RedisServer redis;
  SECTION("the other stopped after this one went live") {
    redis.Run(Former("stopped", "1700000002000"));
  }
  SECTION("the other is up") { redis.Run(Former("up", "1700000000100")); }
  SECTION("the other listens elsewhere") {
    redis.Run(Former("stopped", "1699999000000", "/run/other.sock"));
  }
  const auto admin = Connected(redis.url());
  Node node(redis.url());
  REQUIRE(WaitForNode(admin.get(), "n1", 1));
  CHECK(redis.Run("ZCARD groupring:nodes\n") == "2\n");
  CHECK(node.inherited().empty());
}

TEST_CASE("a node that went silent is taken over though it was up at first") {
  RedisServer redis;
  redis.Run(Former("up", "1699999999000"));
  Node node(redis.url(), "n1", [](HeartbeatOptions* options) {
    options->interval = milliseconds(5);
    options->takeover_interval = milliseconds(10);
  });
  REQUIRE(WaitUntil([&] { return node.beats() > 3; }));
  CHECK(redis.Run("ZCARD groupring:nodes\n") == "2\n");
  node.PassTime(11'000);
  CHECK(
      WaitUntil([&] { return redis.Run("ZCARD groupring:nodes\n") == "1\n"; }));
}

TEST_CASE("a node without the right to read the list says so and goes on") {
  RedisServer redis;
  redis.Run("ACL SETUSER ring on >s3cret ~* +@all -zrange\n");
  const auto admin = Connected(redis.url());
  Node node("unix://ring:s3cret@" + redis.socket(), "n1",
            [](HeartbeatOptions* options) {
              options->interval = milliseconds(5);
              options->takeover_interval = milliseconds(0);
            });
  REQUIRE(WaitForNode(admin.get(), "n1", 1));
  REQUIRE(WaitUntil([&] { return node.beats() > 3; }));
  CHECK(node.LinesWith("cannot see whose place it has taken") == 1);
}

}  // namespace
}  // namespace groupring::redis
