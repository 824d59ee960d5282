// What nodes count, written to a real Redis and read again.
#include "redis/admin/traffic_records.h"

#include <string>
#include <vector>

#include "redis/schema/traffic.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::ManualClock;
using testing::RedisServer;

constexpr int64_t kNow = 1'700'000'000'000;

TrafficProfile ProfileAt(int64_t unix_millis, uint32_t slot, double questions) {
  return {unix_millis, {{slot, {questions, questions}}}, {}, {}};
}

TEST_CASE("profiles of several nodes are read as one") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  Connection& connection = admin->connection();
  REQUIRE(WriteProfile(NodeOf("a"), ProfileAt(kNow, 1, 5), &connection).ok());
  REQUIRE(WriteProfile(NodeOf("a"), ProfileAt(kNow, 1, 10), &connection).ok());
  REQUIRE(WriteProfile(NodeOf("b"), ProfileAt(kNow, 1, 2), &connection).ok());
  Complaints complaints;
  const auto read = ReadProfiles(kNow, &connection, &complaints);
  REQUIRE(read.ok());
  CHECK(*read == ProfileAt(kNow, 1, 12));
  CHECK(complaints.empty());
  for (const char* const key : {"groupring:traffic:a:i", "groupring:traffic"}) {
    const int64_t expires =
        std::stoll(redis.Run(std::string("PTTL ") + key + "\n"));
    CHECK(expires > 0);
    CHECK(expires <= kProfileMillis);
  }
}

TEST_CASE("a profile that makes no sense is named, the others count") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  Connection& connection = admin->connection();
  REQUIRE(WriteProfile(NodeOf("a"), ProfileAt(kNow, 1, 5), &connection).ok());
  redis.Run(
      "ZADD groupring:traffic 1 b:i\n"
      "HSET groupring:traffic:b:i profile nonsense\n");
  Complaints complaints;
  const auto read = ReadProfiles(kNow, &connection, &complaints);
  REQUIRE(read.ok());
  CHECK(*read == ProfileAt(kNow, 1, 5));
  REQUIRE(complaints.size() == 1);
  CHECK(complaints[0].key == "groupring:traffic:b:i");
}

TEST_CASE("old profiles leave the list, and the oldest of too many") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  Connection& connection = admin->connection();
  for (size_t i = 0; i < kMostProfiles; ++i) {
    REQUIRE(WriteProfile(NodeOf("n" + std::to_string(i)),
                         ProfileAt(kNow + static_cast<int64_t>(i), 1, 1),
                         &connection)
                .ok());
  }
  CHECK(redis.Run("ZCARD groupring:traffic\n") ==
        std::to_string(kMostProfiles) + "\n");
  REQUIRE(WriteProfile(NodeOf("new"), ProfileAt(kNow + 1000, 1, 1), &connection)
              .ok());
  CHECK(redis.Run("ZSCORE groupring:traffic n0:i\n") == "\n");
  CHECK(redis.Run("EXISTS groupring:traffic:n0:i groupring:traffic:n1:i\n") ==
        "1\n");
  CHECK(redis.Run("ZCARD groupring:traffic\n") ==
        std::to_string(kMostProfiles) + "\n");

  REQUIRE(WriteProfile(NodeOf("late"),
                       ProfileAt(kNow + kProfileMillis + 900, 1, 1),
                       &connection)
              .ok());
  CHECK(redis.Run("ZRANGE groupring:traffic 0 -1\n") == "new:i\nlate:i\n");
}

TEST_CASE("a process writes once a minute and when it ends, not before") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  ManualClock clock;
  TrafficProfile counted;
  TrafficPublisher publisher(
      NodeOf("a"), [&] { return counted; }, &clock, nullptr);
  const auto known = [&] {
    Complaints complaints;
    const auto read = ReadProfiles(0, &admin->connection(), &complaints);
    REQUIRE(read.ok());
    return read->slots.empty() ? 0 : read->slots[0].questions.day;
  };
  const auto tick = [&](bool last = false) {
    REQUIRE(publisher.Tick(&admin->connection(), last).ok());
  };
  const auto interval = TrafficPublisher::kInterval;
  const std::chrono::seconds second(1);
  counted = ProfileAt(0, 1, 1);
  tick();
  tick(/*last=*/true);
  CHECK(redis.Run("EXISTS groupring:traffic\n") == "0\n");
  clock.Advance(interval);
  tick();
  CHECK(known() == 1);
  counted = ProfileAt(0, 1, 2);
  clock.Advance(interval - second);
  tick();
  CHECK(known() == 1);
  clock.Advance(second);
  tick();
  CHECK(known() == 2);
  counted = ProfileAt(0, 1, 3);
  tick(/*last=*/true);
  CHECK(known() == 3);
}

TEST_CASE("a user who may not write profiles is told of once, and goes on") {
  RedisServer redis;
  redis.Run("ACL SETUSER node on >secret ~groupring:node* +@all\n");
  const auto admin = Connected(redis.url());
  REQUIRE(admin->connection().Command({"AUTH", "node", "secret"}).ok());
  ManualClock clock;
  std::vector<std::string> lines;
  TrafficPublisher publisher(
      NodeOf("a"), [] { return ProfileAt(0, 1, 1); }, &clock,
      [&](Severity, const std::string& line) { lines.push_back(line); });
  for (int i = 0; i < 4; ++i) {
    CHECK(publisher.Tick(&admin->connection()).ok());
    clock.Advance(TrafficPublisher::kInterval);
  }
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("cannot write to groupring:traffic what it counts") !=
        std::string::npos);
}

}  // namespace
}  // namespace groupring::redis
