// Weights that change over time, as redis-cli writes them and a node follows.
#include <string>

#include "absl/strings/str_format.h"
#include "backend/engine/engine.h"
#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

// The part of the name's client space that g1 has; below 0 before anything is
// loaded.
double ShareOfG1(const Engine& engine, const Clock& clock) {
  const auto snapshot = engine.snapshots().Take();
  if (snapshot == nullptr) return -1;
  const DynamicName* const name = snapshot->FindDynamic("ftp.example.com");
  if (name == nullptr) return -1;
  const auto shares = hashing::SharesOf(
      ServiceState(*snapshot->RingOf(*name), clock.UnixMillis()));
  const auto found = shares.find("g1");
  return found == shares.end()
             ? -1
             : static_cast<double>(found->second) / hashing::kSlots;
}

TEST_CASE("a node follows weights that redis-cli lets change over time") {
  testing::RedisServer redis;
  redis.Run(
      "SADD ftp.example.com:GROUPS g1 g2\n"
      "SADD g1:A 192.0.2.1\nSADD g2:A 192.0.2.2\n");
  const SystemClock clock;
  EngineOptions options;
  options.store.location = redis::ParseLocation(redis.url()).value();
  Engine engine(options, &clock, {});
  engine.Start();
  const auto is_about = [&](double share) {
    return WaitUntil([&] {
      const double now = ShareOfG1(engine, clock);
      return now > share - 0.01 && now < share + 0.01;
    });
  };
  CHECK(is_about(0.5));
  // Half of the way, for hours: from a half on the way to three quarters.
  redis.Run(absl::StrFormat(
      "HSET ftp.example.com:WEIGHTS g1 300 groupring:from:g1 100 "
      "groupring:start %d groupring:duration 200000\n",
      clock.UnixMillis() / 1000 - 100'000));
  CHECK(is_about(0.625));
  // Without its duration the course has ended.
  redis.Run(
      "HDEL ftp.example.com:WEIGHTS groupring:duration groupring:start\n");
  CHECK(is_about(0.75));
  // One that has not begun.
  redis.Run(absl::StrFormat(
      "HSET ftp.example.com:WEIGHTS groupring:start %d groupring:duration 60\n",
      clock.UnixMillis() / 1000 + 100'000));
  CHECK(is_about(0.5));
  // A value that makes no sense leaves the last good one in force.
  redis.Run("HSET ftp.example.com:WEIGHTS groupring:start soon g2 300\n");
  CHECK(WaitUntil([&] { return engine.Facts().keys_complained_of > 0; }));
  CHECK(is_about(0.25));
  engine.Stop();
}

}  // namespace
}  // namespace groupring::backend
