// Hosts whose clock is wrong: ramps go by Redis' time, and it is said.
#include "redis/base/clock.h"

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/program/lookups.h"
#include "tests/support/catch.h"
#include "tests/support/command_runner.h"
#include "tests/support/fake_time.h"
#include "tests/support/groupring_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

// libfaketime and a sanitizer's runtime both want to be loaded first.
#ifndef GROUPRING_SANITIZED
namespace groupring::testing {
namespace {

std::string Named(const std::string& node) {
  return "[node]\nname = \"" + node + "\"\n";
}

bool Contains(const std::string& text, const std::string& part) {
  INFO("expected: " << part << "\nin: " << text);
  const bool contains = text.find(part) != std::string::npos;
  CHECK(contains);
  return contains;
}

std::set<int> ClientsOf(const GroupringServer& node, const std::string& group) {
  return testing::ClientsOf(node, "files.example.org", group, 200);
}

struct World {
  World() { redis.Run(SampleDataWithShortTtls()); }

  RedisServer redis;
  TempDirectory directory;
  CommandRunner ana{redis.url()};
};

TEST_CASE("a node whose clock is off drains with the others") {
  for (const char* offset : {"-10m", "+10m"}) {
    CAPTURE(offset);
    World world;
    const GroupringServer right(world.redis.url(), Named("ns1"));
    const GroupringServer wrong(world.redis.url(), Named("ns2"), true,
                                OnHostThatIs(offset, world.directory));
    // Half-way through a ramp of 20 minutes, and at its end.
    const int64_t now = SystemClock().UnixMillis() / 1000;
    world.redis.Run("HSET bravo:STATE state draining duration 1200 start " +
                    std::to_string(now - 600) + "\n");
    REQUIRE(WaitUntil([&] {
      const auto clients = ClientsOf(right, "bravo");
      return clients.size() > 10 && clients == ClientsOf(wrong, "bravo");
    }));
    world.redis.Run("HSET bravo:STATE start " + std::to_string(now - 1300));
    CHECK(WaitUntil([&] { return ClientsOf(wrong, "bravo").empty(); }));
    CHECK(ClientsOf(right, "bravo").empty());
    // It came back a minute ago, by Redis' time.
    world.redis.Run("HSET bravo:STATE until " + std::to_string(now - 60));
    CHECK(WaitUntil([&] { return !ClientsOf(wrong, "bravo").empty(); }));
  }
}

TEST_CASE("a host whose clock is off is named wherever nodes are looked at") {
  World world;
  GroupringServer node(world.redis.url(), Named("ns2"), true,
                       OnHostThatIs("-10m", world.directory));
  REQUIRE(WaitUntil([&] {
    return world.ana.Run({"nodes"}).output.find("-600.") != std::string::npos ||
           world.ana.Run({"nodes"}).output.find("-599.") != std::string::npos;
  }));
  Contains(world.ana.Run({"nodes"}).output, "s behind Redis' time");
  Contains(world.ana.Run({"status"}).output, "s behind Redis' time");
  Contains(world.ana.Run({"doctor"}).output, "s behind Redis' time");
  Contains(node.process().Log(), "s behind Redis' time: ramps and `until` go");
}

TEST_CASE("a wrong clock of the operator's host does not make it safe sooner") {
  for (const char* offset : {"+10m", "-10m"}) {
    CAPTURE(offset);
    World world;
    const GroupringServer node(world.redis.url(), Named("ns1"));
    const GroupringSettings settings(world.redis.url());
    const int64_t before = SystemClock().UnixMillis();
    const CommandResult result =
        RunCommand({OnHostThatIs(offset, world.directory), "group", "drain",
                    "bravo", "--over", "3s", "--wait=expired", "--json",
                    "--config", settings.file()});
    INFO(result.output << result.errors);
    REQUIRE(result.status == 0);
    CHECK(SystemClock().UnixMillis() >= before + 3000);
    CHECK(ClientsOf(node, "bravo").empty());
    const auto json = nlohmann::json::parse(result.output);
    CHECK(json["safe_since"].get<int64_t>() * 1000 >= before + 3000);
    const auto start = std::stoll(world.redis.Run("HGET bravo:STATE start"));
    CHECK(start * 1000 >= before - 1000);
  }
}

}  // namespace
}  // namespace groupring::testing
#endif  // GROUPRING_SANITIZED
