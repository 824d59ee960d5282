// Nodes and changes, read for pages.
#include "redis/admin/record_reader.h"

#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using testing::ManualClock;
using testing::RedisServer;

Location At(const RedisServer& redis) { return *ParseLocation(redis.url()); }

constexpr ConnectionTimeouts kTimeouts{testing::kPatience, testing::kPatience};

TEST_CASE("records are the nodes and the changes that Redis holds") {
  RedisServer redis;
  const ManualClock clock;
  redis.Run(
      "ZADD groupring:nodes 1 ns1:abc\n"
      "HSET groupring:node:ns1:abc version 0.1.0\n"
      "XADD groupring:audit * who ana what 'group disable' target g1\n");
  RecordReader reader(At(redis), kTimeouts, &clock);
  const ServiceRecords records = reader.Read();
  CHECK(records.trouble.empty());
  CHECK(records.read_unix_millis == clock.UnixMillis());
  REQUIRE(records.nodes.size() == 1);
  CHECK(records.nodes[0].name == "ns1");
  REQUIRE(records.audit.size() == 1);
  CHECK(records.audit[0].who == "ana");
}

TEST_CASE("records are read again once they are a second old") {
  RedisServer redis;
  const ManualClock clock;
  RecordReader reader(At(redis), kTimeouts, &clock);
  CHECK(reader.Read().audit.empty());
  redis.Run("XADD groupring:audit * who ana what x target g1\n");
  clock.Advance(milliseconds(999));
  CHECK(reader.Read().audit.empty());
  clock.Advance(milliseconds(1));
  CHECK(reader.Read().audit.size() == 1);
}

TEST_CASE("records that cannot be read are the previous ones, with why") {
  RedisServer redis;
  const ManualClock clock;
  RecordReader reader(At(redis), kTimeouts, &clock);
  redis.Run("XADD groupring:audit * who ana what x target g1\n");
  const int64_t before = clock.UnixMillis();
  CHECK(reader.Read().audit.size() == 1);
  redis.Stop();
  clock.Advance(milliseconds(1000));
  const ServiceRecords held = reader.Read();
  CHECK(held.audit.size() == 1);
  CHECK(held.read_unix_millis == before);
  CHECK_FALSE(held.trouble.empty());

  // It is not asked again at once, and then with a new connection.
  redis.Start();
  clock.Advance(milliseconds(1999));
  CHECK_FALSE(reader.Read().trouble.empty());
  clock.Advance(milliseconds(1));
  CHECK(reader.Read().trouble.empty());
}

TEST_CASE("records of which there never were any say so") {
  const ManualClock clock;
  RecordReader reader(*ParseLocation("unix:///nowhere/redis.sock"), kTimeouts,
                      &clock);
  const ServiceRecords none = reader.Read();
  CHECK(none.read_unix_millis == 0);
  CHECK_FALSE(none.trouble.empty());
}

TEST_CASE("records come from another Redis once it is moved there") {
  RedisServer first;
  RedisServer second;
  second.Run("XADD groupring:audit * who ben what x target g1\n");
  const ManualClock clock;
  RecordReader reader(At(first), kTimeouts, &clock);
  CHECK(reader.Read().audit.empty());
  reader.Move(At(second), kTimeouts);
  CHECK(reader.Read().audit.size() == 1);
}

}  // namespace
}  // namespace groupring::redis
