// What is read of a string that should be short.
#include "redis/connection/short_read.h"

#include <memory>
#include <string>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

struct Fixture {
  Reply Read(size_t most) {
    auto reply = ReadShort("key", most, &admin->connection());
    REQUIRE(reply.ok());
    return *std::move(reply);
  }

  testing::RedisServer redis;
  std::unique_ptr<Admin> admin = Connected(redis.url());
};

TEST_CASE("a short string is read whole, of a long one one byte too many") {
  Fixture f;
  CHECK(f.Read(3).type == Reply::Type::kNil);
  f.redis.Run("SET key \"\"\n");
  CHECK(f.Read(3).type == Reply::Type::kString);
  CHECK(f.Read(3).text.empty());
  f.redis.Run("SET key abc\n");
  CHECK(f.Read(3).text == "abc");
  f.redis.Run("SETRANGE key 1000000 z\n");
  CHECK(f.Read(3).text.size() == 4);
  f.redis.Run("DEL key\nSADD key a\n");
  CHECK(f.Read(3).is_error());
}

TEST_CASE("a user who may not read a part of a string reads all of it") {
  Fixture f;
  f.redis.Run("SET key abcdef\nACL SETUSER default -getrange\n");
  CHECK(f.Read(3).text == "abcdef");
}

}  // namespace
}  // namespace groupring::redis
