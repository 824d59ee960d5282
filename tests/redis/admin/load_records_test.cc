// How busy groups are, read from a real Redis.
#include "redis/admin/load_records.h"

#include "redis/admin/record_reader.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::ManualClock;
using testing::RedisServer;

TEST_CASE("loads are read of the groups asked for, each for itself") {
  RedisServer redis;
  redis.Run(
      "HSET groupring:load:g1 sessions 4 capacity 8 at 1800000000\n"
      "HSET groupring:load:g2 sessions many\n"
      "SET groupring:load:g3 9\n"
      "HSET groupring:load:other sessions 1\n");
  const auto admin = Connected(redis.url());
  Complaints complaints;
  const auto loads =
      ReadLoads({"g1", "g2", "g3", "g4"}, &admin->connection(), &complaints);
  REQUIRE(loads.ok());
  CHECK(*loads == GroupLoads{{"g1", {4, 8, 1800000000}}});
  REQUIRE(complaints.size() == 2);
  CHECK(complaints[0].key == "groupring:load:g2");
  CHECK(complaints[1].key == "groupring:load:g3");
}

TEST_CASE("records have what was measured, read again every half minute") {
  RedisServer redis;
  const ManualClock clock;
  RecordReader reader(*ParseLocation(redis.url()),
                      {testing::kPatience, testing::kPatience}, &clock,
                      [] { return std::vector<std::string>{"g1"}; });
  redis.Run("HSET groupring:load:g1 sessions 4\n");
  const auto first = reader.Read().measured;
  REQUIRE(first != nullptr);
  CHECK(first->loads == GroupLoads{{"g1", {4, 0, 0}}});
  CHECK(first->traffic.empty());
  redis.Run("HSET groupring:load:g1 sessions 5\n");
  clock.Advance(std::chrono::seconds(29));
  CHECK(reader.Read().measured == first);
  clock.Advance(std::chrono::seconds(1));
  CHECK(reader.Read().measured->loads.at("g1").sessions == 5);
  // What cannot be read keeps neither the nodes nor the rest from being read.
  redis.Run("SET groupring:traffic x\n");
  clock.Advance(std::chrono::seconds(30));
  const ServiceRecords records = reader.Read();
  CHECK(records.trouble.empty());
  CHECK(records.measured->loads.size() == 1);
}

}  // namespace
}  // namespace groupring::redis
