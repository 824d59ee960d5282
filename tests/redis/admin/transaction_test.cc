// All or nothing, and when it is nothing.
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
      RunTransaction({{"", {"SET", "written", "x"}}}, &admin->connection())));
  CHECK(redis.Run("EXISTS written\n") == "0\n");
}

TEST_CASE("a key that is not watched aborts no transaction") {
  testing::RedisServer redis;
  const auto admin = Connected(redis.url());
  REQUIRE(Watch({"k1"}, &admin->connection()).ok());
  redis.Run("SET k2 x\n");
  CHECK(RunTransaction({{"", {"SET", "written", "x"}}}, &admin->connection())
            .ok());
  CHECK(redis.Run("GET written\n") == "x\n");
}

TEST_CASE("a command that Redis does not know spoils the whole, not a part") {
  testing::RedisServer redis;
  const auto admin = Connected(redis.url());
  const absl::Status refused =
      RunTransaction({{"set", {"SADD", "g1:A", "192.0.2.7"}},
                      {"hash", {"HSEET", "g1:STATE", "x", "y"}}},
                     &admin->connection());
  CHECK(Contains(Message(refused), "HSEET"));
  CHECK(Contains(Message(refused), "nothing was written"));
  CHECK(Everything(admin.get()).empty());
}

TEST_CASE("a change that took effect only in part says so") {
  testing::RedisServer redis;
  const auto admin = Connected(redis.url());
  // A type that no check foresees: the value of a field.
  redis.Run("HSET g1:STATE count many\n");
  const absl::Status partly =
      RunTransaction({{"set", {"SADD", "g1:A", "192.0.2.7"}},
                      {"hash", {"HINCRBY", "g1:STATE", "count", "1"}}},
                     &admin->connection());
  REQUIRE_FALSE(partly.ok());
  CHECK(Contains(Message(partly), "only in part"));
  CHECK(Contains(Message(partly), "1 of 2"));
  CHECK(Contains(Message(partly), "HINCRBY"));
  CHECK(redis.Run("SISMEMBER g1:A 192.0.2.7\n") == "1\n");
}

TEST_CASE("of several commands that failed the first is named") {
  testing::RedisServer redis;
  const auto admin = Connected(redis.url());
  redis.Run("HSET g1:STATE count many\n");
  const absl::Status partly =
      RunTransaction({{"set", {"SADD", "g1:A", "192.0.2.7"}},
                      {"hash", {"HINCRBY", "g1:STATE", "count", "1"}},
                      {"hash", {"HINCRBYFLOAT", "g1:STATE", "count", "1"}}},
                     &admin->connection());
  CHECK(Contains(Message(partly), "2 of 3 commands failed"));
  CHECK(Contains(Message(partly), "HINCRBY g1:STATE"));
  CHECK_FALSE(Contains(Message(partly), "HINCRBYFLOAT"));
}

}  // namespace
}  // namespace groupring::redis
