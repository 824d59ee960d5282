// Nodes appear, say what they answer by, and disappear.
#include "redis/admin/heartbeat.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "tests/redis/admin/heartbeat_node.h"
#include "tests/support/catch.h"
#include "tests/support/free_port.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::FreePort;
using testing::RedisServer;
using testing::WaitUntil;

TEST_CASE("nodes appear with what they say, sorted, and stay when they stop") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  CHECK(admin->Nodes()->empty());
  Node second(redis.url(), "ns2.example.com");
  Node first(redis.url(), "ns1.example.com");
  REQUIRE(WaitForNode(admin.get(), "ns1.example.com", 1));
  REQUIRE(WaitForNode(admin.get(), "ns2.example.com", 1));

  const auto nodes = admin->Nodes();
  REQUIRE(nodes->size() == 2);
  CHECK((*nodes)[1].name == "ns2.example.com");
  const NodeStatus& node = (*nodes)[0];
  CHECK(node.name == "ns1.example.com");
  CHECK(node.version == "0.1.0");
  CHECK(node.pid == 4711);
  CHECK(node.started_unix_seconds == 1'600'000'000);
  CHECK(node.seen_unix_millis == 1'700'000'000'123);
  CHECK(node.generation == 1);
  CHECK(node.names == 3);
  CHECK(node.groups == 2);
  CHECK(node.trouble == "Redis is slow");

  first.SetGeneration(7);
  first.heartbeat().Stop();
  CHECK(admin->Nodes()->size() == 2);
  CHECK((*admin->Nodes())[0].state == NodeState::kStopped);
  CHECK((*admin->Nodes())[0].generation == 7);
  first.heartbeat().Stop();
  second.heartbeat().Stop();
  CHECK((*admin->Nodes())[1].state == NodeState::kStopped);
}

TEST_CASE("a heartbeat that is abandoned does not say that its node stopped") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  Node node(redis.url());
  REQUIRE(WaitForNode(admin.get(), "n1", 1));
  node.heartbeat().Abandon();
  node.heartbeat().Stop();
  CHECK(redis.Run("HGET groupring:node:n1:i-n1 state\n") == "up\n");
}

TEST_CASE("a node that is poked says at once what has changed") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  Node node(redis.url());
  REQUIRE(WaitForNode(admin.get(), "n1", 1));
  node.SetGeneration(2);
  node.heartbeat().Poke();
  CHECK(WaitForNode(admin.get(), "n1", 2));
}

TEST_CASE("a node speaks every interval without being poked") {
  RedisServer redis;
  Node node(redis.url(), "n1", [](HeartbeatOptions* options) {
    options->interval = milliseconds(1);
  });
  CHECK(WaitUntil([&] { return node.beats() > 3; }));
}

TEST_CASE("pokes while a heartbeat is under way lead to one more") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  Node node(redis.url());
  REQUIRE(WaitForNode(admin.get(), "n1", 1));
  node.SetGate(false);
  node.heartbeat().Poke();
  REQUIRE(WaitUntil([&] { return node.beats() == 2; }));
  node.SetGeneration(2);
  for (int i = 0; i < 10000; ++i) node.heartbeat().Poke();
  node.SetGate(true);
  CHECK(WaitForNode(admin.get(), "n1", 2));
  node.SetGeneration(3);
  node.heartbeat().Poke();
  CHECK(WaitForNode(admin.get(), "n1", 3));
  CHECK(node.beats() == 4);
}

TEST_CASE("a heartbeat keeps the clock at the master's time") {
  RedisServer redis;
  const FixedWallClock host;
  RedisClock clock(&host);
  HeartbeatOptions options;
  options.location = EndpointOf(redis.url());
  options.redis_clock = &clock;
  Heartbeat heartbeat(options,
                      [] {
                        NodeStatus status;
                        status.name = "n1";
                        return status;
                      },
                      {}, &clock, {});
  heartbeat.Start();
  REQUIRE(WaitUntil([&] { return clock.HostOffset().has_value(); }));
  // The host's clock stands still in 2023.
  CHECK(clock.HostOffset()->count() < -80'000'000'000);
  const int64_t real = SystemClock().UnixMillis();
  CHECK(std::abs(clock.UnixMillis() - real) < 60'000);
}

TEST_CASE("nodes bear whatever else is in their keys") {
  RedisServer redis;
  redis.Run(
      "ZADD groupring:nodes 1 a 2 b\n"
      "HSET groupring:node:a generation junk pid -3 names 7\n"
      "SET groupring:node:b text\n");
  const auto admin = Connected(redis.url());
  const auto nodes = admin->Nodes();
  REQUIRE(nodes.ok());
  REQUIRE(nodes->size() == 1);
  CHECK((*nodes)[0].name == "a");
  CHECK((*nodes)[0].generation == 0);
  CHECK((*nodes)[0].pid == 0);
  CHECK((*nodes)[0].names == 7);
  redis.Run("DEL groupring:nodes\nSET groupring:nodes x\n");
  CHECK(absl::IsInvalidArgument(admin->Nodes().status()));
}

TEST_CASE("a reader without rights to write sees the nodes, too") {
  RedisServer redis;
  redis.Run(
      "ZADD groupring:nodes 1 a 2 b\nHSET groupring:node:a pid 3\n"
      "ACL SETUSER ana on >s3cret ~* +@read +select\n");
  const auto admin = Connected("unix://ana:s3cret@" + redis.socket());
  const auto nodes = admin->Nodes();
  REQUIRE(nodes.ok());
  CHECK(nodes->size() == 2);
}

TEST_CASE("looking at the nodes does not end a change under way") {
  RedisServer redis;
  redis.Run("ZADD groupring:nodes 1 gone\nSADD ftp.example.com:GROUPS g1 g2\n");
  const auto admin = Connected(redis.url());
  REQUIRE(admin->LoadForUpdate().ok());
  CHECK(admin->Nodes()->size() == 1);
  redis.Run("SADD ftp.example.com:GROUPS g3\n");
  CHECK(absl::IsAborted(admin->Commit({}, Entry("x", "g1")).status()));
}

TEST_CASE("a restarted Redis is told again, with one line of trouble") {
  RedisServer redis;
  Node node(redis.url(), "n1", [](HeartbeatOptions* options) {
    options->interval = milliseconds(5);
    options->backoff_max = milliseconds(400);
  });
  {
    const auto admin = Connected(redis.url());
    REQUIRE(WaitForNode(admin.get(), "n1", 1));
  }
  redis.Stop();
  REQUIRE(WaitUntil([&] { return node.LinesWith("cannot say") == 1; }));
  node.SetGeneration(2);
  redis.Start();
  const auto admin = Connected(redis.url());
  CHECK(WaitForNode(admin.get(), "n1", 2));
  CHECK(WaitUntil([&] { return node.LinesWith("nodes again") == 1; }));
  CHECK(node.LinesWith("cannot say") == 1);
}

TEST_CASE("missing rights are told once and noticed when granted") {
  RedisServer redis;
  redis.Run("ACL SETUSER ring on >s3cret ~* +@all -hset\n");
  Node node("unix://ring:s3cret@" + redis.socket(), "n1",
            [](HeartbeatOptions* options) {
              options->backoff_max = milliseconds(200);
              options->interval = milliseconds(5);
            });
  REQUIRE(WaitUntil([&] { return node.beats() > 3; }));
  CHECK(node.LinesWith("nodes need groupring-node") == 1);
  CHECK(redis.Run("EXISTS groupring:nodes\n") == "0\n");
  redis.Run("ACL SETUSER ring +hset\n");
  CHECK(WaitUntil([&] { return node.LinesWith("nodes again") == 1; }));
}

TEST_CASE("the rights of the page suffice for heartbeats") {
  RedisServer redis;
  redis.Run(
      "ACL SETUSER ring on >s3cret ~* -@all +select +multi +exec +hset "
      "+zadd +del +zrem +zrange +hgetall +time\n");
  const auto admin = Connected(redis.url());
  Node node("unix://ring:s3cret@" + redis.socket());
  CHECK(WaitForNode(admin.get(), "n1", 1));
  node.heartbeat().Stop();
  CHECK(admin->Nodes()->at(0).state == NodeState::kStopped);
  CHECK(node.LinesWith("cannot") == 0);
}

TEST_CASE("a read-only replica is told once") {
  const FreePort port;
  RedisServer replica(
      {"--replicaof", "127.0.0.1 " + std::to_string(port.number())});
  Node node(replica.url(), "n1", [](HeartbeatOptions* options) {
    options->backoff_max = milliseconds(200);
  });
  REQUIRE(WaitUntil([&] { return node.beats() > 3; }));
  CHECK(node.LinesWith("read-only replica") == 1);
}

TEST_CASE("a key of another type in the way of a heartbeat is told") {
  RedisServer redis;
  redis.Run("SET groupring:nodes text\n");
  Node node(redis.url(), "n1", [](HeartbeatOptions* options) {
    options->backoff_max = milliseconds(200);
  });
  REQUIRE(WaitUntil([&] {
    return node.LinesWith("DEL groupring:nodes, which is of another type") == 1;
  }));
  redis.Run("DEL groupring:nodes\n");
  CHECK(WaitUntil([&] { return node.LinesWith("nodes again") == 1; }));
}

TEST_CASE("a name that would be mistaken for other keys is refused") {
  RedisServer redis;
  Node node(redis.url(), "g1:STATE", [](HeartbeatOptions* options) {
    options->backoff_max = milliseconds(200);
  });
  REQUIRE(WaitUntil([&] { return node.beats() > 2; }));
  CHECK(node.LinesWith("cannot be a node's name") == 1);
  node.heartbeat().Stop();
  CHECK(redis.Run("DBSIZE\n") == "0\n");
}

TEST_CASE("neither pokes nor the end wait for a Redis that is frozen") {
  RedisServer redis;
  Node node(redis.url(), "n1", [](HeartbeatOptions* options) {
    options->timeouts.command = milliseconds(50);
  });
  REQUIRE(WaitUntil([&] { return node.beats() == 1; }));
  redis.process().Signal(SIGSTOP);
  for (int i = 0; i < 1000; ++i) node.heartbeat().Poke();
  CHECK(WaitUntil([&] { return node.LinesWith("within 50 ms") == 1; }));
  node.heartbeat().Stop();
  redis.process().Signal(SIGCONT);
}

TEST_CASE("a heartbeat stops where there is no Redis, or before it starts") {
  const testing::TempDirectory directory;
  Node node("unix://" + (directory / "nobody.sock"));
  CHECK(WaitUntil([&] { return node.LinesWith("cannot say") == 1; }));
  node.heartbeat().Stop();

  const FixedWallClock clock;
  Heartbeat never({EndpointOf("unix:///nowhere"), {}},
                  [] { return NodeStatus(); }, {}, &clock, {});
  never.Poke();
  never.Stop();
}

TEST_CASE("attempts are spaced, more and more while they fail") {
  RedisServer redis;
  redis.Stop();
  const testing::SkippingClock clock;
  HeartbeatOptions options;
  options.location = EndpointOf(redis.url());
  options.interval = milliseconds(1000);
  const auto describe = [] {
    NodeStatus status;
    status.name = "n1";
    return status;
  };
  Heartbeat heartbeat(options, describe, {}, &clock, {});
  heartbeat.Start();
  REQUIRE(WaitUntil([&] { return clock.waits().size() >= 7; }));
  std::vector<int64_t> waits = clock.waits();
  waits.resize(7);
  CHECK(waits == std::vector<int64_t>{100, 200, 400, 800, 1000, 1000, 1000});

  // Each announcement is followed by the least space, in which pokes are only
  // noted, and by the rest of the interval.
  redis.Start();
  const auto admin = Connected(redis.url());
  REQUIRE(WaitForNode(admin.get(), "n1", 0));
  REQUIRE(WaitUntil([&] { return clock.waits().back() == 980; }));
  redis.Stop();
  const size_t before = clock.waits().size();
  REQUIRE(WaitUntil([&] { return clock.waits().size() >= before + 4; }));
  waits = clock.waits();
  const auto failed = std::find(waits.begin() + static_cast<std::ptrdiff_t>(7),
                                waits.end(), int64_t{980}) -
                      waits.begin();
  CHECK(waits[static_cast<size_t>(failed) - 1] == 20);
  const auto last = std::find(waits.rbegin(), waits.rend(), int64_t{980});
  REQUIRE(last != waits.rend());
  REQUIRE(last - waits.rbegin() >= 2);
  CHECK(*(last - 1) == 100);
  CHECK(*(last - 2) == 200);
}

}  // namespace
}  // namespace groupring::redis
