// Nodes that were heard of and are no more.
#include <string>

#include "redis/base/clock.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;

std::string HoursAgo(int64_t hours) {
  return std::to_string(SystemClock().UnixMillis() - hours * 3'600'000);
}

TEST_CASE("a node that fell silent is remembered for a day") {
  RedisServer redis;
  const std::string yesterday = HoursAgo(23);
  redis.Run("ZADD groupring:nodes " + yesterday + " late " + HoursAgo(25) +
            " long-gone\n");
  const auto admin = Connected(redis.url());
  const auto nodes = admin->Nodes();
  REQUIRE(nodes.ok());
  REQUIRE(nodes->size() == 1);
  CHECK((*nodes)[0].name == "late");
  CHECK((*nodes)[0].silent);
  CHECK((*nodes)[0].seen_unix_millis == std::stoll(yesterday));
  CHECK(redis.Run("ZRANGE groupring:nodes 0 -1\n") == "late\n");
}

TEST_CASE("a node that speaks is not silent, however old its place is") {
  RedisServer redis;
  redis.Run("ZADD groupring:nodes 1 n1\nHSET groupring:node:n1 generation 4\n");
  const auto admin = Connected(redis.url());
  const auto nodes = admin->Nodes();
  REQUIRE(nodes->size() == 1);
  CHECK_FALSE((*nodes)[0].silent);
  CHECK((*nodes)[0].generation == 4);
}

TEST_CASE("a node that is forgotten leaves nothing, and others stay") {
  RedisServer redis;
  redis.Run("ZADD groupring:nodes " + HoursAgo(1) + " n1 " + HoursAgo(1) +
            " n2\nHSET groupring:node:n1 generation 4\n");
  const auto admin = Connected(redis.url());
  CHECK(admin->ForgetNode("n1").ok());
  CHECK(redis.Run("EXISTS groupring:node:n1\n") == "0\n");
  REQUIRE(admin->Nodes()->size() == 1);
  CHECK(admin->Nodes()->front().name == "n2");
  CHECK(absl::IsNotFound(admin->ForgetNode("n1")));
}

}  // namespace
}  // namespace groupring::redis
