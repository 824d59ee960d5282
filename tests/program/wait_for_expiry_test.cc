// --wait=expired: "safe to upgrade now", or why not.
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "redis/base/clock.h"
#include "tests/program/lookups.h"
#include "tests/support/catch.h"
#include "tests/support/command_runner.h"
#include "tests/support/groupring_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

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

// Many clients ask for the name, so caches may hold all groups.
bool AsksAndMeetsBravo(const World& world, const std::string& name) {
  return !ClientsOf(*world.node, name, "bravo", 60).empty();
}

TEST_CASE("disable --wait=expired ends when no cache holds what was answered") {
  World world(3);
  const int64_t before = SystemClock().UnixMillis();
  REQUIRE(AsksAndMeetsBravo(world, "ftp.eu.west.example.org"));
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired", "--json"});
  const int64_t after = SystemClock().UnixMillis();
  INFO(result.output << result.errors);
  REQUIRE(result.status == 0);
  CHECK(Contains(result.errors, "for the last cached answer given by "));
  const auto json = nlohmann::json::parse(result.output);
  const int64_t safe = json["safe_since"].get<int64_t>() * 1000;
  CHECK(safe >= before + 3000);
  CHECK(after >= safe);
  CHECK(json["obstacles"].empty());
}

TEST_CASE("a TTL that was lowered before does not make it safe sooner") {
  World world(6);
  REQUIRE(AsksAndMeetsBravo(world, "ftp.eu.west.example.org"));
  const int64_t asked = SystemClock().UnixMillis();
  SECTION("by lowering the TTL") {
    CHECK(world.ana.Run({"name", "set", "ftp.eu.west.example.org", "TTL=1"})
              .status == 0);
  }
  SECTION("by taking the group off the name") {
    CHECK(world.ana
              .Run({"name", "remove-group", "ftp.eu.west.example.org", "bravo",
                    "--force"})
              .status == 0);
  }
  SECTION("by plain redis-cli") {
    world.redis.Run("SREM ftp.eu.west.example.org:GROUPS bravo\n");
  }
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired", "--json"});
  INFO(result.output << result.errors);
  REQUIRE(result.status == 0);
  const auto json = nlohmann::json::parse(result.output);
  CHECK(json["safe_since"].get<int64_t>() * 1000 >= asked + 5000);
}

TEST_CASE("what a node answered before it was replaced or restarted counts") {
  for (const std::string how : {"replaced", "restarted", "crashed"}) {
    CAPTURE(how);
    World world(6);
    REQUIRE(AsksAndMeetsBravo(world, "ftp.eu.west.example.org"));
    const int64_t asked = SystemClock().UnixMillis();
    CHECK(world.ana.Run({"name", "set", "ftp.eu.west.example.org", "TTL=1"})
              .status == 0);
    if (how == "replaced") {
      REQUIRE(world.node->Replace().status == 0);
    } else if (how == "restarted") {
      REQUIRE(world.node->process().Stop() == 0);
      world.node->StartAgain();
    } else {
      world.node->Kill();
      world.node->StartAgain();
    }
    const CommandResult result = world.ana.Run(
        {"group", "disable", "bravo", "--wait=expired", "--json"});
    INFO(result.output << result.errors);
    REQUIRE(result.status == 0);
    const auto json = nlohmann::json::parse(result.output);
    CHECK(json["safe_since"].get<int64_t>() * 1000 >= asked + 5000);
    CHECK(json["nodes"]["applied"].size() == 1);
  }
}

TEST_CASE("what a node may have answered that nobody knows of counts") {
  World world(6);
  REQUIRE(AsksAndMeetsBravo(world, "ftp.eu.west.example.org"));
  world.node->Kill();
  const int64_t killed = SystemClock().UnixMillis();
  world.redis.Run("DEL groupring:nodes");
  world.node->StartAgain();
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired", "--json"});
  INFO(result.output << result.errors);
  REQUIRE(result.status == 0);
  const auto json = nlohmann::json::parse(result.output);
  CHECK(json["safe_since"].get<int64_t>() * 1000 >= killed + 6000);
}

TEST_CASE("drain --wait=expired ends no sooner than its ramp") {
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
  CHECK(json["safe_since"] > json["ramp_ends"].get<int64_t>());
  CHECK(after >= json["safe_since"].get<int64_t>() * 1000);
}

TEST_CASE("a group that is answered for want of another is not safe") {
  World world(2);
  for (const char* group : {"alpha", "charlie"}) {
    world.redis.Run(std::string("HSET ") + group + ":STATE state disabled\n");
  }
  const auto command = world.ana.Start(
      {"group", "disable", "bravo", "--force", "--wait=expired"});
  REQUIRE(command->Says("for the last cached answer"));
  // Clients go on asking until the command has seen it.
  REQUIRE(WaitUntil([&] {
    CHECK(AsksAndMeetsBravo(world, "files.example.org"));
    return Contains(command->Errors(), "goes on answering it");
  }));
  CHECK(command->Status() == 5);
  CHECK(Contains(command->Errors(),
                 "nothing else of one of its names is in "
                 "service"));
  CHECK_FALSE(Contains(command->Output(), "safe to upgrade now"));
}

TEST_CASE("an address that is answered elsewhere too is not safe") {
  World world(2);
  world.redis.Run("SADD alpha:A 10.2.0.0/24\n");
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired", "--json"});
  CHECK(result.status == 5);
  INFO(result.output << result.errors);
  const auto json = nlohmann::json::parse(result.output);
  CHECK(json["safe_since"].is_null());
  CHECK(json["obstacles"][0]["code"] == "address_elsewhere");
  CHECK(Contains(result.errors,
                 "of bravo is also an address of the group alpha"
                 ", which is in service"));
}

TEST_CASE("a repeated disable --wait=expired says that it is safe, too") {
  World world(2);
  CHECK(world.ana.Run({"group", "disable", "bravo"}).status == 0);
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired"});
  CHECK(result.status == 0);
  CHECK(Contains(result.output, "bravo: unchanged: DISABLED\n"));
  CHECK(Contains(result.output,
                 "safe to upgrade now: no node answers bravo, and no cache has "
                 "held it since "));
}

TEST_CASE("disable --wait=expired fails when a command brings the group back") {
  for (const std::vector<std::string>& back :
       {std::vector<std::string>{"group", "enable", "bravo", "--reason",
                                 "wrong one"},
        {"group", "fill", "bravo", "--over", "1h", "--reason", "wrong one"}}) {
    World world(3600);
    const auto command =
        world.ana.Start({"group", "disable", "bravo", "--wait=expired"});
    REQUIRE(command->Says("for the last cached answer"));
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
  REQUIRE(command->Says("for the ramp to end"));
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
  REQUIRE(command->Says("for the last cached answer"));
  world.redis.Stop();
  REQUIRE(command->Says("waiting for Redis: "));
  world.redis.Start();
  CHECK(command->Status() == 0);
  CHECK(Contains(command->Output(), "safe to upgrade now"));
}

}  // namespace
}  // namespace groupring::testing
