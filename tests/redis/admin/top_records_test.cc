// Who asks a node most, told to a real Redis and read again.
#include "redis/admin/top_records.h"

#include <chrono>
#include <string>
#include <vector>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::ManualClock;
using testing::RedisServer;

constexpr int64_t kNow = 1'700'000'000'000;

TEST_CASE("who asks a node is read as it was told, and expires") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  Connection& connection = admin->connection();
  const TopRecord told{kNow, {{"resolver", "{\"a\": 1}"}, {"name", "b c"}}};
  REQUIRE(WriteTop(NodeOf("ns1"), told, &connection).ok());
  const auto read = ReadTop(NodeOf("ns1"), &connection);
  REQUIRE(read.ok());
  REQUIRE(read->has_value());
  CHECK((*read)->unix_millis == kNow);
  CHECK((*read)->reports == told.reports);
  const int64_t expires =
      std::stoll(redis.Run("PTTL groupring:traffic:ns1:i:top\n"));
  CHECK(expires > 0);
  CHECK(expires <= std::chrono::milliseconds(kTopLasts).count());

  const auto other = ReadTop(NodeOf("ns2"), &connection);
  REQUIRE(other.ok());
  CHECK_FALSE(other->has_value());
}

TEST_CASE("who asks a node: a time that makes no sense is none") {
  RedisServer redis;
  redis.Run("HSET groupring:traffic:ns1:i:top time soon resolver x\n");
  const auto admin = Connected(redis.url());
  const auto read = ReadTop(NodeOf("ns1"), &admin->connection());
  REQUIRE(read.ok());
  REQUIRE(read->has_value());
  CHECK((*read)->unix_millis == 0);
  CHECK((*read)->reports.at("resolver") == "x");
}

struct Told {
  RedisServer redis;
  std::unique_ptr<Admin> admin = Connected(redis.url());
  ManualClock clock;
  std::string report;
  std::vector<std::string> log;
  TopPublisher publisher{
      NodeOf("ns1"),
      [this]() -> std::map<std::string, std::string> {
        if (report.empty()) return {};
        return {{"resolver", report}};
      },
      &clock,
      [this](Severity, const std::string& line) { log.push_back(line); }};

  bool Tick(bool last = false) {
    return publisher.Tick(&admin->connection(), last).ok();
  }
  std::string Now() {
    return redis.Run("HGET groupring:traffic:ns1:i:top resolver\n");
  }
};

TEST_CASE("who asks a node is told once in an interval, and at the end") {
  Told told;
  REQUIRE(told.Tick());
  CHECK(told.Now() == "\n");  // nobody has asked
  told.report = "one";
  REQUIRE(told.Tick());
  CHECK(told.Now() == "one\n");
  told.report = "two";
  REQUIRE(told.Tick());
  CHECK(told.Now() == "one\n");
  told.clock.Advance(TopPublisher::kInterval);
  REQUIRE(told.Tick());
  CHECK(told.Now() == "two\n");
  told.report = "three";
  REQUIRE(told.Tick(/*last=*/true));
  CHECK(told.Now() == "three\n");
  CHECK(told.log.empty());
}

TEST_CASE("who asks a node: what Redis refuses is logged once") {
  Told told;
  told.report = "one";
  told.redis.Run("SET groupring:traffic:ns1:i:top x\n");
  for (int i = 0; i < 3; ++i) {
    REQUIRE(told.Tick());
    told.clock.Advance(TopPublisher::kInterval);
  }
  REQUIRE(told.log.size() == 1);
  CHECK(told.log[0].find("groupring:traffic:ns1:i:top") != std::string::npos);
  // A lost connection is somebody else's business.
  told.redis.Stop();
  CHECK_FALSE(told.Tick());
  CHECK(told.log.size() == 1);
}

}  // namespace
}  // namespace groupring::redis
