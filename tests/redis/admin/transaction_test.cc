// Which keys make a transaction fail when somebody else changes them.
#include "redis/admin/transaction.h"

#include <string>
#include <vector>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

TEST_CASE("each of hundreds of watched keys aborts a transaction") {
  testing::RedisServer redis;
  const auto admin = Connected(redis.url());
  std::vector<std::string> keys;
  for (int i = 0; i < 250; ++i) keys.push_back("k" + std::to_string(i));
  const int changed = GENERATE(0, 99, 100, 199, 200, 249);
  CAPTURE(changed);
  REQUIRE(Watch(keys, &admin->connection()).ok());
  redis.Run("SET k" + std::to_string(changed) + " x\n");
  CHECK(absl::IsAborted(
      RunTransaction({{"SET", "written", "x"}}, &admin->connection())));
  CHECK(redis.Run("EXISTS written\n") == "0\n");
}

TEST_CASE("a key that is not watched aborts no transaction") {
  testing::RedisServer redis;
  const auto admin = Connected(redis.url());
  REQUIRE(Watch({"k1"}, &admin->connection()).ok());
  redis.Run("SET k2 x\n");
  CHECK(RunTransaction({{"SET", "written", "x"}}, &admin->connection()).ok());
  CHECK(redis.Run("GET written\n") == "x\n");
}

}  // namespace
}  // namespace groupring::redis
