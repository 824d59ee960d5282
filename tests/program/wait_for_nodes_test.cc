// --wait with nodes that stop, crash, start and lose their Redis.
#include <csignal>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tests/program/lookups.h"
#include "tests/support/catch.h"
#include "tests/support/command_runner.h"
#include "tests/support/groupring_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

std::string Named(const std::string& node) {
  return "[node]\nname = \"" + node + "\"\n";
}

// Nodes ns1, ns2, … of one Redis.
struct Nodes {
  explicit Nodes(int count) {
    redis.Run(SampleDataWithShortTtls());
    for (int i = 1; i <= count; ++i) Add("ns" + std::to_string(i));
  }

  // Waits until it is listed.
  void Add(const std::string& name) {
    nodes.push_back(
        std::make_unique<GroupringServer>(redis.url(), Named(name)));
    CHECK(WaitUntil([&] { return IsListed(name); }));
  }
  // "ns1:<instance>", or nothing when it is not up.
  std::string MemberOf(const std::string& name) {
    std::istringstream members(redis.Run("ZRANGE groupring:nodes 0 -1"));
    for (std::string member; std::getline(members, member);) {
      if (!member.starts_with(name + ":")) continue;
      const std::string key = "groupring:node:" + member;
      if (redis.Run("HGET " + key + " state") == "up\n") return member;
    }
    return "";
  }
  bool IsListed(const std::string& name) { return !MemberOf(name).empty(); }
  GroupringServer& Last() { return *nodes.back(); }

  // As if its last report was long ago.
  void LongAgo(const std::string& name) {
    redis.Run("HSET groupring:node:" + MemberOf(name) + " seen 1000");
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
  Has(world.ana.Run({"nodes"}).output, "ns3   daemon  1 change behind");

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
  world.LongAgo("ns3");
  CHECK(command->Status() == 5);
  Has(command->Output(), "applied on 2 of 3 nodes: ns1 ns2; silent: ns3\n");
  Has(command->Errors(), "written, but nothing is heard of ns3");
  Has(command->Errors(), "groupring nodes --forget ns3");

  // Nobody need wait for it twice, nor is anybody told that it is safe.
  const CommandResult again =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired"});
  CHECK(again.status == 5);
  CHECK(again.output.find("safe to upgrade") == std::string::npos);
  Has(world.ana.Run({"nodes"}).output, "ns3   daemon  silent");
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
  world.LongAgo("ns1");
  CHECK(world.ana.Run({"group", "disable", "bravo", "--wait"}).status == 5);
  world.Last().StartAgain();
  CHECK(WaitUntil([&] { return world.IsListed("ns1"); }));
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
  world.LongAgo("ns2");
  CHECK(command->Status() == 5);
  Has(command->Output(), "applied on 1 of 2 nodes: ns1; silent: ns2\n");
}

TEST_CASE("a node that has stopped is not waited for, but not forgotten") {
  Nodes world(2);
  CHECK(world.Last().process().Stop() == 0);
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait"});
  CHECK(result.status == 0);
  Has(result.output, "applied on 1 of 1 node: ns1; stopped: ns2\n");

  // Started again without Redis it would answer what it saved.
  const CommandResult unsafe = world.ana.Run(
      {"group", "disable", "bravo", "--wait=expired", "--timeout", "1s"});
  CHECK(unsafe.status == 5);
  CHECK(unsafe.output.find("safe to upgrade now") == std::string::npos);
  Has(unsafe.errors, "but not safe to upgrade:\n");
  Has(unsafe.errors,
      "groupring:   ns2 is stopped; started again without Redis it would "
      "answer "
      "what it saved; if it will not come back: groupring nodes --forget "
      "ns2\n");

  CHECK(world.ana.Run({"nodes", "--forget", "ns2"}).status == 0);
  const CommandResult safe =
      world.ana.Run({"group", "disable", "bravo", "--wait=expired"});
  INFO(safe.errors);
  CHECK(safe.status == 0);
  Has(safe.output, "safe to upgrade now");
}

TEST_CASE("a node that is sent to another Redis is silent in this one") {
  Nodes world(2);
  RedisServer other;
  other.Run(SampleDataWithShortTtls());
  // It has applied and saved the change, and then answers by other data.
  REQUIRE(world.ana.Run({"group", "disable", "bravo", "--wait"}).status == 0);
  const GroupringSettings& settings = world.Last().settings();
  std::string text = ReadFile(settings.file());
  const size_t at = text.find(world.redis.url());
  REQUIRE(at != std::string::npos);
  text.replace(at, world.redis.url().size(), other.url());
  settings.directory().Write("groupring.toml", text);
  world.Last().process().Signal(SIGHUP);
  REQUIRE(
      WaitUntil([&] { return other.Run("EXISTS groupring:nodes") == "1\n"; }));
  const auto is_unsafe = [&] {
    const CommandResult result =
        world.ana.Run({"group", "disable", "bravo", "--wait=expired"});
    Has(result.errors, "nothing is heard of ns2");
    return result.status == 5;
  };
  world.LongAgo("ns2");
  CHECK(is_unsafe());
  REQUIRE(world.Last().Replace().status == 0);
  CHECK(is_unsafe());
}

TEST_CASE("two nodes of one name are two nodes, and both are waited for") {
  Nodes world(1);
  world.nodes.push_back(
      std::make_unique<GroupringServer>(world.redis.url(), Named("ns1")));
  REQUIRE(WaitUntil(
      [&] { return world.redis.Run("ZCARD groupring:nodes") == "2\n"; }));
  world.Last().process().Signal(SIGSTOP);
  const CommandResult late =
      world.ana.Run({"group", "disable", "bravo", "--wait", "--timeout", "1s"});
  CHECK(late.status == 4);
  const std::string pid = std::to_string(world.Last().process().pid());
  Has(late.output, "applied on 1 of 2 nodes: ns1 (daemon, process ");
  Has(late.output, "not yet: ns1 (daemon, process " + pid + ")\n");
  world.Last().process().Signal(SIGCONT);
  CHECK(world.ana.Run({"group", "disable", "bravo", "--wait"}).status == 0);
}

TEST_CASE("with no node up --wait ends at once with status 5") {
  Nodes world(0);
  const CommandResult result =
      world.ana.Run({"group", "disable", "bravo", "--wait"});
  CHECK(result.status == 5);
  Has(result.output, "applied on no node: none is up\n");
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
