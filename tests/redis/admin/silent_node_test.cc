// Nodes that were heard of and are no more.
#include <string>

#include "redis/base/clock.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;

std::string SecondsAgo(int64_t seconds) {
  return std::to_string(SystemClock().UnixMillis() - seconds * 1000);
}

TEST_CASE("a node stays in the list, silent, until it is forgotten") {
  RedisServer redis;
  const std::string long_ago = SecondsAgo(90 * 24 * 3600);
  redis.Run("ZADD groupring:nodes " + long_ago + " n1:a " + SecondsAgo(1) +
            " n2:b\nHSET groupring:node:n1:a state up generation 4 seen " +
            long_ago + "\nHSET groupring:node:n2:b state up seen " +
            SecondsAgo(1) + "\n");
  const auto admin = Connected(redis.url());
  const auto nodes = admin->Nodes();
  REQUIRE(nodes.ok());
  REQUIRE(nodes->size() == 2);
  CHECK((*nodes)[0].name == "n1");
  CHECK((*nodes)[0].state == NodeState::kSilent);
  CHECK((*nodes)[0].generation == 4);
  CHECK((*nodes)[0].seen_unix_millis == std::stoll(long_ago));
  CHECK((*nodes)[1].state == NodeState::kUp);
}

TEST_CASE("a node that has stopped says so however long ago it was") {
  RedisServer redis;
  redis.Run("ZADD groupring:nodes " + SecondsAgo(3600) +
            " n1:a\nHSET groupring:node:n1:a state stopped seen " +
            SecondsAgo(3600) + "\n");
  const auto nodes = Connected(redis.url())->Nodes();
  REQUIRE(nodes.ok());
  REQUIRE(nodes->size() == 1);
  CHECK((*nodes)[0].state == NodeState::kStopped);
}

TEST_CASE("a version without instances is up while it has its hash") {
  RedisServer redis;
  const std::string now = SecondsAgo(0);
  redis.Run("ZADD groupring:nodes " + now + " n1 " + now +
            " n2\nHSET groupring:node:n1 generation 4 seen " + now + "\n");
  const auto nodes = Connected(redis.url())->Nodes();
  REQUIRE(nodes->size() == 2);
  CHECK((*nodes)[0].is_up());
  CHECK((*nodes)[0].generation == 4);
  CHECK_FALSE((*nodes)[0].measures_caches);
  CHECK((*nodes)[1].state == NodeState::kSilent);
}

TEST_CASE("who is silent is decided by Redis' clock, not by the reader's") {
  RedisServer redis;
  redis.Run(
      "ZADD groupring:nodes 1 n1:a\nHSET groupring:node:n1:a state up "
      "seen " +
      SecondsAgo(1) + "\n");
  // An hour fast.
  class FastClock : public SystemClock {
   public:
    int64_t UnixMillis() const override {
      return SystemClock::UnixMillis() + 3'600'000;
    }
  } fast;
  RedisClock clock(&fast);
  auto admin =
      Admin::Connect(EndpointOf(redis.url()),
                     {testing::kPatience, testing::kPatience}, {}, &clock);
  REQUIRE(admin.ok());
  const auto nodes = (*admin)->Nodes();
  REQUIRE(nodes->size() == 1);
  CHECK((*nodes)[0].is_up());
  REQUIRE(clock.HostOffset().has_value());
  CHECK(clock.HostOffset()->count() > 3'590'000);
}

TEST_CASE("a node that is forgotten leaves nothing, and others stay") {
  RedisServer redis;
  redis.Run(
      "ZADD groupring:nodes 1 n1:a 2 n1:b 3 n2:c 4 n3:d 5 n3:e\n"
      "HSET groupring:node:n1:a generation 4\n"
      "HSET groupring:node:n3:d generation 4\n");
  const auto admin = Connected(redis.url());
  CHECK(admin->ForgetNode("n1").ok());
  CHECK(redis.Run("EXISTS groupring:node:n1:a\n") == "0\n");
  CHECK(admin->ForgetNode("n3:d").ok());
  CHECK(redis.Run("EXISTS groupring:node:n3:d\n") == "0\n");
  CHECK(redis.Run("ZRANGE groupring:nodes 0 -1\n") == "n2:c\nn3:e\n");
  CHECK(absl::IsNotFound(admin->ForgetNode("n1")));
}

}  // namespace
}  // namespace groupring::redis
