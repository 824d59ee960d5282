// Redis emptied, killed, restarted, frozen: the data stays and comes back.
#include <csignal>

#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;
using testing::WaitUntil;
using Strings = std::vector<std::string>;

constexpr char kData[] =
    "SADD ftp.example.com:GROUPS g1 g2\nSADD www.example.com:GROUPS g1\n"
    "SADD g1:A 192.0.2.1\nSADD g2:A 192.0.2.2\nHSET g2:STATE state disabled\n";

bool HasAddress(const Dataset& dataset, const std::string& group,
                const std::string& text) {
  const auto it = dataset.groups.find(group);
  return it != dataset.groups.end() &&
         Texts(it->second->addresses[0]) == Strings{text};
}

TEST_CASE("an emptied Redis leaves the data as it was until it is filled") {
  const char* const flush = GENERATE("FLUSHALL\n", "FLUSHDB ASYNC\n");
  INFO(flush);
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const auto g1 = store.group("g1");

  redis.Run(flush);
  REQUIRE(WaitUntil([&] { return store.stats().holding.load(); }));
  CHECK(store.WaitForLine("holds no names any more"));
  CHECK(store.changes().size() == 1);

  // Refilled bit by bit, as by a script: no part of it shows by itself.
  redis.Run("SADD ftp.example.com:GROUPS g1\n");
  redis.Run("SADD g1:A 192.0.2.1\n");
  redis.Run("SADD ftp.example.com:GROUPS g3\n");
  redis.Run("SADD g3:A 192.0.2.3\n");
  REQUIRE(store.WaitFor(
      [](const Dataset& d) { return HasAddress(d, "g3", "192.0.2.3"); }));
  CHECK(store.changes().size() == 2);
  CHECK_FALSE(store.stats().holding);
  CHECK(store.dataset().names.size() == 1);
  CHECK_FALSE(store.group("g2"));
  // The set that came back the same is the same object.
  CHECK(store.group("g1") == g1);

  // And everything is followed as before.
  redis.Run("SADD g3:A 192.0.2.4\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g3")->addresses[0]->members().size() == 2;
  }));
}

TEST_CASE("a flush is never taken for single deletions") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url(), [](StoreOptions* options) {
    // Reading again all the time: most likely to meet the empty database
    // before its announcement.
    options->reread_interval = std::chrono::milliseconds(1);
    options->scan_interval = std::chrono::milliseconds(1);
  });
  REQUIRE(store.WaitLoaded());
  for (int round = 0; round < 5; ++round) {
    redis.Run("FLUSHALL\n");
    REQUIRE(WaitUntil([&] { return store.stats().holding.load(); }));
    redis.Run(kData);
    REQUIRE(WaitUntil([&] { return !store.stats().holding.load(); }));
  }
  // Nothing differs from the first load at any time.
  CHECK(store.changes().size() == 1);
}

TEST_CASE("a killed Redis leaves the data; its restart brings changes") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const Dataset before = store.dataset();

  redis.Stop();
  REQUIRE(WaitUntil([&] { return !store.stats().connected.load(); }));
  REQUIRE(WaitUntil([&] { return store.stats().connect_failures > 1; }));
  CHECK(store.changes().size() == 1);
  CHECK(store.dataset().groups.size() == 2);

  redis.Start();
  REQUIRE(WaitUntil([&] { return store.stats().connected.load(); }));
  // The same data: nobody is told anything.
  INFO(store.log());
  CHECK(store.stats().loads == 2);
  CHECK(store.changes().size() == 1);

  redis.Run("HSET g2:STATE state enabled\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g2")->state.state == AdminState::kEnabled;
  }));
  CHECK(store.dataset().groups.at("g1") == before.groups.at("g1"));
}

TEST_CASE("what changed while Redis was away shows after the reconnect") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url(), [](StoreOptions* options) {
    // Time enough to write before the store is back.
    options->backoff_min = std::chrono::milliseconds(300);
  });
  REQUIRE(store.WaitLoaded());
  // Ends our connections in the same step as the writes, so that no
  // invalidation of them can be seen.
  redis.Run(
      "EVAL \"redis.call('SADD', KEYS[1], '192.0.2.8') redis.call('SREM', "
      "KEYS[1], '192.0.2.1')\" 1 g1:A\nCLIENT KILL TYPE pubsub\n");
  REQUIRE(store.WaitFor(
      [](const Dataset& d) { return HasAddress(d, "g1", "192.0.2.8"); }));
  CHECK(WaitUntil([&] { return store.stats().connects >= 2; }));
}

TEST_CASE("a Redis restarted without its data leaves the data as it was") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.process().Stop(SIGKILL);
  REQUIRE(WaitUntil([&] { return !store.stats().connected.load(); }));
  redis.Start();
  REQUIRE(WaitUntil([&] { return store.stats().holding.load(); }));
  CHECK(store.changes().size() == 1);
  redis.Run(kData);
  REQUIRE(WaitUntil([&] { return !store.stats().holding.load(); }));
  CHECK(store.changes().size() == 1);
  CHECK(store.dataset().names.size() == 2);
}

TEST_CASE("losing either connection leads to a reload") {
  const char* const kind = GENERATE("normal", "pubsub");
  INFO(kind);
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run("CLIENT KILL TYPE " + std::string(kind) + " SKIPME yes\n");
  REQUIRE(WaitUntil([&] {
    return store.stats().connects >= 2 && store.stats().connected.load();
  }));
  redis.Run("SADD g1:A 192.0.2.9\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 2;
  }));
}

TEST_CASE("a frozen Redis is noticed by the deadline and the data stays") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url(), [](StoreOptions* options) {
    options->connect_timeout = std::chrono::milliseconds(200);
    options->command_timeout = std::chrono::milliseconds(200);
  });
  REQUIRE(store.WaitLoaded());
  redis.process().Signal(SIGSTOP);
  REQUIRE(WaitUntil([&] { return !store.stats().connected.load(); }));
  CHECK(store.LinesWith("did not answer within 200 ms") == 1);
  CHECK(store.dataset().groups.size() == 2);
  redis.process().Signal(SIGCONT);
  redis.Run("SADD g1:A 192.0.2.9\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 2;
  }));
}

TEST_CASE("a store stops while Redis is frozen, away or not there yet") {
  const int which = GENERATE(0, 1, 2);
  CAPTURE(which);
  RedisServer redis;
  redis.Run(kData);
  const auto quick = [](StoreOptions* options) {
    options->command_timeout = std::chrono::milliseconds(300);
    options->connect_timeout = std::chrono::milliseconds(300);
    options->backoff_min = std::chrono::hours(1);
    options->backoff_max = std::chrono::hours(1);
  };
  if (which == 2) {
    StoreFixture store("unix:///nonexistent/redis.sock", quick);
    REQUIRE(WaitUntil([&] { return store.stats().connect_failures == 1; }));
    CHECK(store.LinesWith("there is no data yet") == 1);
    store.store().Stop();
    store.store().Stop();
    return;
  }
  StoreFixture store(redis.url(), quick);
  REQUIRE(store.WaitLoaded());
  if (which == 0) {
    redis.process().Signal(SIGSTOP);
  } else {
    redis.Stop();
    REQUIRE(WaitUntil([&] { return !store.stats().connected.load(); }));
  }
  store.store().Stop();
  CHECK(store.dataset().groups.size() == 2);
}

TEST_CASE("a Redis that appears later is found") {
  RedisServer redis;
  redis.Run(kData);
  redis.Stop();
  StoreFixture store(redis.url());
  REQUIRE(WaitUntil([&] { return store.stats().connect_failures > 0; }));
  CHECK_FALSE(store.stats().loaded);
  CHECK(store.changes().empty());
  redis.Start();
  REQUIRE(store.WaitLoaded());
  CHECK(store.dataset().groups.size() == 2);
  // However often it failed before, it was said once.
  CHECK(store.LinesWith("cannot connect") == 1);
}

TEST_CASE("a flush that a re-read meets first is a flush all the same") {
  RedisServer redis;
  const bool announced = GENERATE(true, false);
  CAPTURE(announced);
  std::string data;
  for (int i = 0; i < 40; ++i) {
    data += "SADD n" + std::to_string(i) + ".example.com:GROUPS g1\n";
  }
  data += "SADD g1:A 192.0.2.1\n";
  redis.Run(data);
  redis.Run("ACL SETUSER poll on >x ~* &* +@all -client|tracking\n");
  StoreFixture store(
      announced ? redis.url() : "unix://poll:x@" + redis.socket(),
      [](StoreOptions* options) {
        options->reread_interval = std::chrono::milliseconds(1);
      });
  for (int round = 0; round < 5; ++round) {
    CAPTURE(round);
    REQUIRE(WaitUntil([&] {
      return store.stats().connected && !store.stats().holding &&
             store.dataset().names.size() == 40;
    }));
    const size_t changes = store.changes().size();
    redis.Run("FLUSHALL\n");
    REQUIRE(WaitUntil([&] { return store.stats().holding.load(); }));
    // Not one name was given up before the loss was noticed.
    CHECK(store.changes().size() == changes);
    CHECK(store.dataset().names.size() == 40);
    redis.Run(data);
  }
}

TEST_CASE("where all writes are announced one walk shows that all is gone") {
  RedisServer redis({"--tracking-table-max-keys", "1"});
  redis.Run(kData);
  StoreFixture store(redis.url(), [](StoreOptions* options) {
    options->reread_interval = std::chrono::hours(1);
    options->scan_interval = std::chrono::hours(1);
  });
  REQUIRE(store.WaitLoaded());
  REQUIRE(WaitUntil([&] { return store.stats().announces_all_writes.load(); }));
  redis.Run("CONFIG RESETSTAT\nFLUSHALL\n");
  REQUIRE(WaitUntil([&] { return store.stats().holding.load(); }));
  CHECK(redis.Run("INFO commandstats\n").find("cmdstat_scan:calls=1,") !=
        std::string::npos);
  CHECK(store.changes().size() == 1);
}

}  // namespace
}  // namespace groupring::redis
