// --wait with nodes that stop, crash, start and lose their Redis.
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/command_runner.h"
#include "tests/support/groupring_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

std::string Named(const std::string& node) {
  return "[node]\nname = \"" + node + "\"\n";
}

// Nodes ns1, ns2, … of one Redis.
struct Nodes {
  explicit Nodes(int count) {
    redis.Run(SampleData(false));
    for (int i = 1; i <= count; ++i) Add("ns" + std::to_string(i));
  }

  // Waits until it is listed.
  void Add(const std::string& name) {
    nodes.push_back(
        std::make_unique<GroupringServer>(redis.url(), Named(name)));
    CHECK(WaitUntil([&] { return IsListed(name); }));
  }
  bool IsListed(const std::string& name) {
    return redis.Run("EXISTS groupring:node:" + name) == "1\n";
  }
  GroupringServer& Last() { return *nodes.back(); }

  // As if ten seconds had passed.
  void ForgetHeartbeat(const std::string& name) {
    redis.Run("DEL groupring:node:" + name);
  }

  RedisServer redis;
  CommandRunner ana{redis.url()};
  std::vector<std::unique_ptr<GroupringServer>> nodes;
};

bool Has(const std::string& text, const std::string& part) {
  INFO("expected: " << part << "\nin: " << text);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

TEST_CASE(
    "option --wait with one of three nodes stopped: status 4 and its name") {
  Nodes world(3);
  world.Last().process().Signal(SIGSTOP);
  const CommandResult late =
      world.ana.Run({"group", "disable", "bravo", "--wait", "--timeout", "2s"});
  CHECK(late.status == 4);
  Has(late.output, "applied on 2 of 3 nodes: ns1 ns2; not yet: ns3\n");
  Has(late.errors, "waiting for ns3\n");
  Has(late.errors,
      "written, but after 2s not every node answers by it: ns3 does not");
  Has(world.ana.Run({"nodes"}).output, "ns3   1 change behind");

  world.Last().process().Signal(SIGCONT);
  const CommandResult again =
      world.ana.Run({"group", "disable", "bravo", "--wait"});
  INFO(again.errors);
  CHECK(again.status == 0);
  Has(again.output, "bravo: unchanged: DISABLED\n");
  Has(again.output, "applied on 3 of 3 nodes: ns1 ns2 ns3\n");
}

TEST_CASE("a stopped node that goes on while it is waited for is waited out") {
  Nodes world(3);
  world.Last().process().Signal(SIGSTOP);
  const auto command = world.ana.Start({"group", "disable", "bravo", "--wait"});
  CHECK(command->Says("waiting for ns3"));
  world.Last().process().Signal(SIGCONT);
  CHECK(command->Status() == 0);
  Has(command->Output(), "applied on 3 of 3 nodes: ns1 ns2 ns3\n");
}

TEST_CASE("a node that crashed is silent: status 5 until it is forgotten") {
  Nodes world(3);
  world.Last().Kill();
  const auto command = world.ana.Start({"group", "disable", "bravo", "--wait"});
  CHECK(command->Says("waiting for ns3"));
  world.ForgetHeartbeat("ns3");
  CHECK(command->Status() == 5);
  Has(command->Output(),
      "applied on 2 of 3 nodes: ns1 ns2; heard of no more: ns3\n");
  Has(command->Errors(), "written, but nothing is heard of ns3");
  Has(command->Errors(), "groupring nodes --forget ns3");

  // Nobody need wait for it twice, nor is anybody told that it is safe.
  const CommandResult again =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired"});
  CHECK(again.status == 5);
  CHECK(again.output.find("safe to upgrade") == std::string::npos);
  Has(world.ana.Run({"nodes"}).output, "ns3   silent");
  Has(world.ana.Run({"status"}).output, "2 of 3 up to date; ns3 silent");

  const CommandResult forget = world.ana.Run({"nodes", "--forget", "ns3"});
  CHECK(forget.status == 0);
  const CommandResult last =
      world.ana.Run({"group", "disable", "bravo", "--wait"});
  CHECK(last.status == 0);
  Has(last.output, "applied on 2 of 2 nodes: ns1 ns2\n");
  CHECK(world.ana.Run({"nodes", "--forget", "ns3"}).status == 1);
}

TEST_CASE("a node that crashed and is back is no longer silent") {
  Nodes world(1);
  world.Last().Kill();
  world.ForgetHeartbeat("ns1");
  CHECK(world.ana.Run({"group", "disable", "bravo", "--wait"}).status == 5);
  world.Add("ns1");
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait"});
  CHECK(result.status == 0);
  Has(result.output, "applied on 1 of 1 node: ns1\n");
}

TEST_CASE("a node that is cut off from Redis is silent, not up to date") {
  Nodes world(1);
  world.redis.Run("ACL SETUSER remote on >secret ~* &* +@all");
  const GroupringServer remote("unix://remote:secret@" + world.redis.socket(),
                               Named("ns2"));
  REQUIRE(WaitUntil([&] { return world.IsListed("ns2"); }));
  world.redis.Run("ACL SETUSER remote off");
  world.redis.Run("CLIENT KILL USER remote");
  const auto command = world.ana.Start({"group", "disable", "bravo", "--wait"});
  CHECK(command->Says("waiting for ns2"));
  world.ForgetHeartbeat("ns2");
  CHECK(command->Status() == 5);
  Has(command->Output(),
      "applied on 1 of 2 nodes: ns1; heard of no more: ns2\n");
}

TEST_CASE("a node that ends as it should is not missed") {
  Nodes world(2);
  CHECK(world.Last().process().Stop() == 0);
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait"});
  CHECK(result.status == 0);
  Has(result.output, "applied on 1 of 1 node: ns1\n");
}

TEST_CASE("with no node alive --wait ends at once with status 5") {
  Nodes world(0);
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait"});
  CHECK(result.status == 5);
  Has(result.output, "applied on no node: none is alive\n");
  Has(result.errors, "is `groupring serve` running, with this Redis?");
  CHECK(world.redis.Run("HGET bravo:STATE state") == "disabled\n");
}

TEST_CASE("a node that starts while a command waits counts as well") {
  Nodes world(2);
  world.Last().process().Signal(SIGSTOP);
  GroupringServer& stopped = world.Last();
  const auto command = world.ana.Start({"group", "disable", "bravo", "--wait"});
  CHECK(command->Says("waiting for ns2"));
  world.Add("ns3");
  stopped.process().Signal(SIGCONT);
  CHECK(command->Status() == 0);
  Has(command->Output(), "applied on 3 of 3 nodes: ns1 ns2 ns3\n");
}

TEST_CASE("Redis restarts while a command waits: the wait goes on") {
  Nodes world(3);
  world.Last().process().Signal(SIGSTOP);
  const auto command = world.ana.Start({"group", "disable", "bravo", "--wait"});
  CHECK(command->Says("waiting for ns3"));
  world.redis.Stop();
  CHECK(command->Says("waiting for Redis: "));
  world.Last().process().Signal(SIGCONT);
  world.redis.Start();
  CHECK(command->Status() == 0);
  INFO(command->Errors());
  Has(command->Output(), "applied on 3 of 3 nodes: ns1 ns2 ns3\n");
}

TEST_CASE("Redis comes back without the change: the command says so") {
  Nodes world(2);
  world.Last().process().Signal(SIGSTOP);
  const auto command = world.ana.Start({"group", "disable", "bravo", "--wait"});
  CHECK(command->Says("waiting for ns2"));
  world.redis.process().Stop(SIGKILL);
  CHECK(command->Says("waiting for Redis: "));
  world.redis.Start();
  CHECK(command->Status() == 1);
  Has(command->Errors(), "the change is lost: Redis was away and came back");
  world.Last().process().Signal(SIGCONT);
}

}  // namespace
}  // namespace groupring::testing
