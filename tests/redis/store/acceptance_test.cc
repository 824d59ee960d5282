// What looks like the loss of everything, and the operator's word on it.
#include "redis/store/loss_guard.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;
using testing::WaitUntil;

constexpr char kData[] =
    "SADD a.example.com:GROUPS g1\nSADD b.example.com:GROUPS g1\n"
    "SADD c.example.com:GROUPS g1\nSADD d.example.com:GROUPS g1\n"
    "SADD g1:A 192.0.2.1\n";
constexpr char kDeleteAll[] =
    "DEL a.example.com:GROUPS b.example.com:GROUPS c.example.com:GROUPS "
    "d.example.com:GROUPS\n";

bool IsEmpty(const Dataset& dataset) { return dataset.names.empty(); }

bool Doubts(const StoreFixture& store, int64_t names) {
  return WaitUntil([&] {
    return store.stats().holding && store.stats().holding_names == names;
  });
}

TEST_CASE("a flush is believed as soon as the operator accepts it") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run("FLUSHALL\n");
  REQUIRE(Doubts(store, 0));
  CHECK(store.dataset().names.size() == 4);
  redis.Run(Accept(0));
  REQUIRE(store.WaitFor(IsEmpty));
  CHECK(store.WaitForLine("accepted by \"ana@ns1\", \"moved away\""));
  CHECK_FALSE(store.stats().holding);

  // What is written then is taken as ever.
  redis.Run(kData);
  CHECK(store.WaitFor([](const Dataset& d) { return d.names.size() == 4; }));
}

TEST_CASE("all names deleted at once are doubted, and can be accepted") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run(kDeleteAll);
  REQUIRE(Doubts(store, 0));
  CHECK(store.dataset().names.size() == 4);
  redis.Run(Accept(0));
  CHECK(store.WaitFor(IsEmpty));
}

TEST_CASE("an acceptance of an earlier loss accepts no later one") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run(kDeleteAll);
  REQUIRE(Doubts(store, 0));
  redis.Run(Accept(0));
  REQUIRE(store.WaitFor(IsEmpty));
  redis.Run(kData);
  REQUIRE(store.WaitFor([](const Dataset& d) { return d.names.size() == 4; }));

  redis.Run(kDeleteAll);
  REQUIRE(Doubts(store, 0));
  // Looked at again for some reason: it is still the old one.
  const uint64_t commands = store.stats().commands;
  redis.Run("HSET groupring:accepted reason other\n");
  REQUIRE(WaitUntil([&] { return store.stats().commands > commands + 20; }));
  CHECK(store.stats().holding);
  redis.Run(Accept(0));
  CHECK(store.WaitFor(IsEmpty));
}

TEST_CASE("an acceptance of another number of names accepts nothing") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run("FLUSHALL\nSADD new.example.com:GROUPS g1\n");
  REQUIRE(Doubts(store, 1));
  redis.Run(Accept(0));
  const uint64_t commands = store.stats().commands;
  REQUIRE(WaitUntil([&] { return store.stats().commands > commands + 20; }));
  CHECK(store.stats().holding);
  redis.Run(Accept(1));
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.names.size() == 1 && d.names.contains("new.example.com");
  }));
}

TEST_CASE("data that returns ends the doubt, and needs no word") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run("FLUSHALL\nSADD a.example.com:GROUPS g1\n");
  REQUIRE(Doubts(store, 1));  // one of four is not enough
  redis.Run(kData);
  REQUIRE(WaitUntil([&] { return !store.stats().holding.load(); }));
  CHECK(store.dataset().names.size() == 4);
  CHECK(store.LinesWith("accepted by") == 0);
}

TEST_CASE(
    "what was known before the start is not given up for an empty Redis") {
  RedisServer redis;
  redis.Run(kData);
  KnownData known;
  {
    StoreFixture store(redis.url());
    REQUIRE(store.WaitLoaded());
    known = {store.dataset(), SystemClock().UnixMillis()};
  }
  redis.Run("FLUSHALL\n");
  const bool others = GENERATE(false, true);
  if (others) redis.Run("SADD other.example.com:GROUPS g9\n");
  const int names = others ? 1 : 0;
  StoreFixture store(redis.url(), {}, known);
  REQUIRE(store.WaitLoaded());  // what was known is published
  REQUIRE(Doubts(store, names));
  CHECK(store.dataset().names.size() == 4);
  redis.Run(Accept(names));
  CHECK(store.WaitFor([&](const Dataset& d) {
    return d.names.size() == static_cast<size_t>(names);
  }));
}

TEST_CASE("a node that was away takes an acceptance that was meant for it") {
  RedisServer redis;
  redis.Run(kData);
  KnownData known;
  {
    StoreFixture store(redis.url());
    REQUIRE(store.WaitLoaded());
    known = {store.dataset(), SystemClock().UnixMillis()};
  }
  redis.Run("FLUSHALL\n" + Accept(0));
  SECTION("it was accepted after the node had seen the data") {
    StoreFixture store(redis.url(), {}, known);
    REQUIRE(store.WaitFor(IsEmpty));
    CHECK_FALSE(store.stats().holding);
  }
  SECTION("it had seen the data after that: another Redis, another database") {
    known.confirmed_unix_millis += 3600 * 1000;
    StoreFixture store(redis.url(), {}, known);
    REQUIRE(Doubts(store, 0));
  }
}

TEST_CASE("half an acceptance accepts nothing and is complained about") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run("FLUSHALL\n");
  REQUIRE(Doubts(store, 0));
  redis.Run("HSET groupring:accepted time 1700000000 names 0\n");
  CHECK(store.WaitForLine("groupring:accepted"));
  CHECK(store.WaitForLine("expected the time in unix milliseconds"));
  CHECK(store.stats().holding);
}

TEST_CASE("an acceptance is found where Redis announces nothing") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run("ACL SETUSER poll on nopass ~* &* +@all -client|tracking\n");
  StoreFixture store("unix://poll:x@" + redis.socket());
  REQUIRE(store.WaitLoaded());
  redis.Run("FLUSHALL\n");
  REQUIRE(Doubts(store, 0));
  redis.Run(Accept(0));
  CHECK(store.WaitFor(IsEmpty));
}

TEST_CASE("an acceptance while nothing is doubted is for no later loss") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run(Accept(0));
  REQUIRE(store.WaitFor(
      [](const Dataset& d) { return d.accepted_unix_millis != 0; }));
  redis.Run(kDeleteAll);
  REQUIRE(Doubts(store, 0));
  CHECK(store.dataset().names.size() == 4);
  CHECK(store.LinesWith("accepted by") == 0);
}

// A node that doubts, whose clock moves only when it is to look again.
struct Doubter {
  // Everything that has happened so far is dealt with after this.
  bool Turned() {
    const uint64_t turns = store.stats().turns;
    return WaitUntil([&] {
      store.store().WakeForDraws();
      return store.stats().turns > turns + 1;
    });
  }
  // Runs the commands, which Redis announces, and looks again once.
  bool SeesAfter(const std::string& commands_run) {
    const uint64_t invalidations = store.stats().invalidations;
    redis.Run(commands_run);
    const bool announced =
        WaitUntil([&] { return store.stats().invalidations > invalidations; });
    if (!announced || !Turned()) return false;
    const uint64_t commands = store.stats().commands;
    clock.Advance(LossGuard::kQuiet);
    return WaitUntil([&] {
             store.store().WakeForDraws();
             return store.stats().commands > commands + 10;
           }) &&
           Turned();
  }

  RedisServer redis;
  testing::ManualClock clock;
  StoreFixture store{redis.url(), {}, {}, &clock};
};

TEST_CASE("names that are back are not believed while their sets still grow") {
  Doubter node;
  REQUIRE(node.store.WaitLoaded());
  node.redis.Run(kData);
  REQUIRE(WaitUntil([&] {
    node.clock.Advance(std::chrono::milliseconds(100));
    node.store.store().WakeForDraws();
    return node.store.dataset().names.size() == 4;
  }));
  const size_t changes = node.store.changes().size();
  node.redis.Run("FLUSHALL\n");
  REQUIRE(Doubts(node.store, 0));
  // The script that fills it again is faster with the names than with the sets.
  REQUIRE(node.SeesAfter(kData));
  for (int i = 2; i < 6; ++i) {
    CAPTURE(i);
    REQUIRE(node.store.stats().holding);
    REQUIRE(node.SeesAfter("SADD g1:A 192.0.2." + std::to_string(i) + "\n"));
  }
  REQUIRE(node.store.stats().holding);
  CHECK(node.store.changes().size() == changes);
  REQUIRE(WaitUntil([&] {
    node.clock.Advance(LossGuard::kQuiet);
    node.store.store().WakeForDraws();
    return node.store.changes().size() > changes;
  }));
  CHECK_FALSE(node.store.stats().holding);
  CHECK(node.store.changes().size() == changes + 1);
  CHECK(Texts(node.store.group("g1")->addresses[0]).size() == 5);
}

}  // namespace
}  // namespace groupring::redis
