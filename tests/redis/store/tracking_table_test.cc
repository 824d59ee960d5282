#include "redis/store/tracking_table.h"

#include "redis/schema/followed_keys.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

TEST_CASE("keys fit the table of Redis as long as some of it is left") {
  static_assert(FitsTrackingTable(600'000, 1'000'000));
  static_assert(!FitsTrackingTable(600'001, 1'000'000));
  static_assert(FitsTrackingTable(600'001, 0));
  CHECK(FollowedKeys(1000, 10) - FollowedKeys(999, 10) == 7);
  CHECK(FollowedKeys(1000, 10) - FollowedKeys(1000, 9) == 5);
}

TEST_CASE("all writes are announced where keys cannot be remembered") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  redis.Run("CONFIG SET tracking-table-max-keys 1000\n");
  TrackingTable table;
  REQUIRE(table.keys() == TrackingTable::kDefaultKeys);
  REQUIRE(table.Ask(&admin->connection()).ok());
  CHECK(table.keys() == 1000);
  CHECK(table.Choose(600, Announced::kKeysRead) == Announced::kKeysRead);
  CHECK(table.Choose(601, Announced::kKeysRead) == Announced::kAllWrites);
  // Not to and fro.
  CHECK(table.Choose(501, Announced::kAllWrites) == Announced::kAllWrites);
  CHECK(table.Choose(500, Announced::kAllWrites) == Announced::kKeysRead);
  CHECK(table.Choose(601, Announced::kNothing) == Announced::kNothing);

  redis.Run("CONFIG SET tracking-table-max-keys 0\n");
  REQUIRE(table.Ask(&admin->connection()).ok());
  CHECK(table.Choose(1'000'000'000, Announced::kAllWrites) ==
        Announced::kKeysRead);
}

TEST_CASE("a table that overflowed holds less than it says") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  TrackingTable table;
  table.NoteOverflow(500);
  CHECK(table.Choose(500, Announced::kKeysRead) == Announced::kAllWrites);
  CHECK(table.Choose(250, Announced::kAllWrites) == Announced::kKeysRead);
  // It is the same as before.
  REQUIRE(table.Ask(&admin->connection()).ok());
  CHECK(table.Choose(500, Announced::kKeysRead) == Announced::kAllWrites);
  // It was changed.
  redis.Run("CONFIG SET tracking-table-max-keys 2000000\n");
  REQUIRE(table.Ask(&admin->connection()).ok());
  CHECK(table.Choose(500, Announced::kKeysRead) == Announced::kKeysRead);
}

TEST_CASE("a user who may not ask for the table assumes the default") {
  testing::RedisServer redis;
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  redis.Run(
      "CONFIG SET tracking-table-max-keys 10\nACL SETUSER default "
      "-config|get\n");
  TrackingTable table;
  CHECK(table.Ask(&admin->connection()).ok());
  CHECK(table.keys() == TrackingTable::kDefaultKeys);
}

}  // namespace
}  // namespace groupring::redis
