// Checkers, in a real Redis.
#include "redis/admin/health_log.h"

#include <string>

#include "redis/model/health.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

TEST_CASE("a checker is forgotten once it is silent, and not before") {
  testing::RedisServer redis;
  redis.Run(
      "ZADD groupring:checkers 1700000000000 c1\n"
      "HSET groupring:checker:c1 doubts no\n");
  const auto admin = Connected(redis.url());
  const int64_t last = 1'700'000'000'000 + kCheckerLifeMillis;
  CHECK(absl::IsFailedPrecondition(
      ForgetChecker("c1", last, &admin->connection())));
  CHECK(redis.Run("EXISTS groupring:checkers groupring:checker:c1\n") == "2\n");
  CHECK(ForgetChecker("c1", last + 1, &admin->connection()).ok());
  CHECK(redis.Run("EXISTS groupring:checkers groupring:checker:c1\n") == "0\n");
}

}  // namespace
}  // namespace groupring::redis
