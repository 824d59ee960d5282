#include "redis/load/discovery.h"

#include <cstddef>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using Keys = std::set<std::string>;

struct Walked {
  Keys keys;
  size_t calls = 0;
};

Walked Walk(Connection* connection, Discovery::Keys wanted,
            size_t limit = std::numeric_limits<size_t>::max()) {
  Walked walked;
  const absl::Status status = Discovery(Schema::kGroupring, wanted)
                                  .Walk(
                                      connection,
                                      [&](std::string_view key) {
                                        walked.keys.emplace(key);
                                        ++walked.calls;
                                      },
                                      limit);
  REQUIRE(status.ok());
  return walked;
}

TEST_CASE("a walk passes the keys that are wanted") {
  testing::RedisServer redis;
  redis.Run(
      "HSET ftp.example.com:CONFIG TTL 60\n"
      "SADD ftp.example.com:GROUPS g1\n"
      "SADD g1:A 192.0.2.1\n"
      "SADD g1:a 192.0.2.1\n"
      "SET session:1234 x\n");
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  Connection* const connection = &admin->connection();
  Keys expected = {"ftp.example.com:CONFIG", "ftp.example.com:GROUPS"};
  CHECK(Walk(connection, Discovery::Keys::kOfNames).keys == expected);
  expected.insert("g1:A");
  CHECK(Walk(connection, Discovery::Keys::kAll).keys == expected);
  expected.insert({"g1:a", "session:1234"});
  CHECK(Walk(connection, Discovery::Keys::kEvery).keys == expected);
}

TEST_CASE("a walk with a limit ends with the step that reaches it") {
  constexpr size_t kKeys = 10'000;
  testing::RedisServer redis;
  std::string commands;
  for (size_t i = 0; i < kKeys; ++i) {
    commands += "SET other" + std::to_string(i) + " x\n";
  }
  redis.Run(commands);
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  Connection* const connection = &admin->connection();
  const size_t calls =
      Walk(connection, Discovery::Keys::kEvery, kKeys / 2).calls;
  CHECK(calls >= kKeys / 2);
  CHECK(calls < kKeys);
  // No reply is left behind for the next reader.
  CHECK(Walk(connection, Discovery::Keys::kEvery).keys.size() == kKeys);
}

}  // namespace
}  // namespace groupring::redis
