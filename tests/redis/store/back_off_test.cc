// How long the store waits before it tries to reach Redis again.
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::WaitUntil;
using Waits = std::vector<int64_t>;

TEST_CASE(
    "waits double up to the longest, and begin again after a connection") {
  testing::RedisServer redis;
  redis.Stop();
  const testing::SkippingClock clock;
  StoreFixture store(redis.url(), {}, {}, &clock);
  REQUIRE(WaitUntil([&] { return clock.waits().size() >= 8; }));
  Waits waits = clock.waits();
  waits.resize(8);
  CHECK(waits == Waits{50, 100, 200, 400, 800, 1000, 1000, 1000});

  redis.Start();
  REQUIRE(store.WaitLoaded());
  const size_t before = clock.waits().size();
  redis.Stop();
  REQUIRE(WaitUntil([&] { return clock.waits().size() >= before + 3; }));
  waits = clock.waits();
  CHECK(Waits(waits.begin() + static_cast<std::ptrdiff_t>(before),
              waits.begin() + static_cast<std::ptrdiff_t>(before + 3)) ==
        Waits{50, 100, 200});
}

}  // namespace
}  // namespace groupring::redis
