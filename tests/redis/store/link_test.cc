// The two connections to Redis, one of which fails or lags behind.
#include "redis/store/link.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "redis/connection/location.h"
#include "redis/connection/server_finder.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/faulty_proxy.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

TEST_CASE("an invalidation connection that falls silent is given up") {
  testing::RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1\n");
  testing::FaultyProxy proxy(redis.socket());
  StoreFixture store(proxy.url(), [](StoreOptions* options) {
    options->command_timeout = std::chrono::milliseconds(500);
    // Nothing but an announcement, or a new load, finds the change.
    options->scan_interval = std::chrono::hours(1);
    options->reread_interval = std::chrono::hours(1);
  });
  REQUIRE(store.WaitLoaded());
  REQUIRE(store.stats().tracking);
  REQUIRE(proxy.accepted() == 2);
  proxy.Silence(1);  // the second connection is the one for invalidations
  redis.Run("SADD g1:A 192.0.2.2\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 2;
  }));
  CHECK(store.LinesWith("the connection for invalidations did not answer") ==
        1);
}

TEST_CASE("a flush that is announced late is no deletion of single keys") {
  const Announced announced =
      GENERATE(Announced::kKeysRead, Announced::kAllWrites);
  testing::RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\n");
  testing::FaultyProxy proxy(redis.socket());
  const ConnectionTimeouts timeouts{testing::kPatience, testing::kPatience};
  auto server =
      FindServer(ParseLocation(proxy.url()).value(), ServerSearch(), timeouts);
  REQUIRE(server.ok());
  std::atomic<uint64_t> count{0};
  auto opened = Link::Open(*std::move(server), timeouts, &count);
  REQUIRE(opened.ok());
  Link& link = **opened;
  REQUIRE(link.Announce(announced).ok());
  REQUIRE(link.announced() == announced);
  REQUIRE(proxy.accepted() == 2);
  // What is announced comes behind the replies by more than a round trip.
  proxy.DelayOne(1, std::chrono::milliseconds(100));
  redis.Run("DEL ftp.example.com:GROUPS\n");
  CHECK_FALSE(link.WasFlushed().value());
  redis.Run("FLUSHDB\n");
  CHECK(link.WasFlushed().value());
}

}  // namespace
}  // namespace groupring::redis
