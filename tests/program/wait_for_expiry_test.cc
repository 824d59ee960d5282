// --wait=expired: "safe to upgrade now", or why not.
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "redis/base/clock.h"
#include "tests/support/catch.h"
#include "tests/support/command_runner.h"
#include "tests/support/groupring_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"

namespace groupring::testing {
namespace {

// One node; every answer may be kept for two seconds, one name's for so long.
struct World {
  explicit World(int longest_ttl) {
    redis.Run(SampleData(false) +
              "HSET files.example.org:CONFIG TTL 2\n"
              "HSET upload.example.org:CONFIG TTL 2\n"
              "HSET example.net:CONFIG TTL 2\n"
              "HSET ftp.eu.west.example.org:CONFIG TTL " +
              std::to_string(longest_ttl) + "\n");
    node = std::make_unique<GroupringServer>(redis.url());
  }

  RedisServer redis;
  CommandRunner ana{redis.url()};
  CommandRunner bob{redis.url()};
  std::unique_ptr<GroupringServer> node;
};

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("disable --wait=expired ends no sooner than the largest TTL after") {
  World world(3);
  const int64_t before = SystemClock().UnixMillis();
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired", "--json"});
  const int64_t after = SystemClock().UnixMillis();
  INFO(result.output << result.errors);
  REQUIRE(result.status == 0);
  CHECK(Contains(result.errors, "for the last cached answer to expire"));
  const auto json = nlohmann::json::parse(result.output);
  const int64_t safe = json["safe_since"].get<int64_t>() * 1000;
  CHECK(safe >= before + 3000);
  CHECK(after >= safe);
  CHECK(json["safe_since"] >= json["old_answers_until"]);
}

TEST_CASE("drain --wait=expired ends no sooner than ramp and largest TTL") {
  World world(2);
  const int64_t before = SystemClock().UnixMillis();
  const CommandResult result = world.ana.Run(
      {"group", "drain", "bravo", "--over", "2s", "--wait=expired", "--json"});
  const int64_t after = SystemClock().UnixMillis();
  INFO(result.output << result.errors);
  REQUIRE(result.status == 0);
  const auto json = nlohmann::json::parse(result.output);
  const auto start = std::stoll(world.redis.Run("HGET bravo:STATE start"));
  CHECK(json["ramp_ends"] == start + 2);
  CHECK(json["ramp_ends"].get<int64_t>() * 1000 > before);
  CHECK(json["safe_since"] >= json["ramp_ends"].get<int64_t>() + 2);
  CHECK(after >= json["safe_since"].get<int64_t>() * 1000);
}

TEST_CASE("a repeated disable --wait=expired says that it is safe, too") {
  World world(2);
  CHECK(world.ana.Run({"group", "disable", "bravo"}).status == 0);
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired"});
  CHECK(result.status == 0);
  CHECK(Contains(result.output, "bravo: unchanged: DISABLED\n"));
  CHECK(Contains(result.output,
                 "safe to upgrade now: the last cached answer with bravo "
                 "expired at "));
}

TEST_CASE("disable --wait=expired fails when a command brings the group back") {
  for (const std::vector<std::string>& back :
       {std::vector<std::string>{"group", "enable", "bravo", "--reason",
                                 "wrong one"},
        {"group", "fill", "bravo", "--over", "1h", "--reason", "wrong one"}}) {
    World world(3600);
    const auto command =
        world.ana.Start({"group", "disable", "bravo", "--wait=expired"});
    REQUIRE(command->Says("for the last cached answer to expire"));
    const CommandResult other = world.bob.Run(back);
    INFO(other.errors);
    CHECK(other.status == 0);
    CHECK(command->Status() == 1);
    INFO(command->Errors());
    CHECK(Contains(command->Errors(),
                   "not safe to upgrade: bravo was changed by "));
    CHECK(Contains(command->Errors(), "(\"wrong one\"): DISABLED -> "));
    CHECK_FALSE(Contains(command->Output(), "safe to upgrade now"));
  }
}

TEST_CASE("drain --wait=expired fails when redis-cli brings the group back") {
  World world(3600);
  const auto command = world.ana.Start(
      {"group", "drain", "bravo", "--over", "1h", "--wait=expired"});
  REQUIRE(command->Says("for the last cached answer to expire"));
  world.redis.Run("DEL bravo:STATE");
  CHECK(command->Status() == 1);
  CHECK(Contains(command->Errors(),
                 "not safe to upgrade: bravo is in service again\n"));
  CHECK_FALSE(Contains(command->Output(), "safe to upgrade now"));
}

TEST_CASE("disable --wait=expired fails at once when --until comes first") {
  World world(3600);
  const CommandResult result = world.ana.Run(
      {"group", "disable", "bravo", "--until", "10m", "--wait=expired"});
  CHECK(result.status == 1);
  CHECK(Contains(result.errors, "not safe to upgrade: bravo comes back at "));
  CHECK(Contains(result.errors, "give it a later --until"));
}

TEST_CASE("a restart of Redis does not end --wait=expired") {
  World world(5);
  const auto command =
      world.ana.Start({"group", "disable", "bravo", "--wait=expired"});
  REQUIRE(command->Says("for the last cached answer to expire"));
  world.redis.Stop();
  REQUIRE(command->Says("waiting for Redis: "));
  world.redis.Start();
  CHECK(command->Status() == 0);
  CHECK(Contains(command->Output(), "safe to upgrade now"));
}

}  // namespace
}  // namespace groupring::testing
