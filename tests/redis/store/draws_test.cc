// Draws are Redis' own, each used once, of the set as it stands.
#include <map>
#include <set>
#include <thread>

#include "redis/store/draw_filler.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;
using testing::WaitUntil;

// How many members Redis was asked for is not in its statistics, only calls.
uint64_t SrandmemberCalls(RedisServer* redis) {
  const std::string stats = redis->Run("INFO commandstats\n");
  const std::string head = "cmdstat_srandmember:calls=";
  const size_t at = stats.find(head);
  if (at == std::string::npos) return 0;
  return std::stoull(stats.substr(at + head.size()));
}

uint32_t Held(const DrawPool& pool) {
  return DrawPool::kCapacity - pool.Free();
}

TEST_CASE("pools are filled by SRANDMEMBER and refilled as they are used") {
  RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1 192.0.2.2\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const auto set = store.group("g1")->addresses[0];
  REQUIRE(WaitUntil([&] { return Held(*set->pool()) == 64; }));
  CHECK(store.stats().draws == 64);
  CHECK(SrandmemberCalls(&redis) == 1);

  // Every draw used was one that Redis made: used plus held equals drawn.
  Mt19937Random random(1);
  uint64_t used = 0;
  std::map<std::string, int> counts;
  for (int round = 0; round < 200; ++round) {
    bool wake = false;
    REQUIRE(Held(*set->pool()) > 0);
    ++counts[set->Draw(&random, &wake).text];
    ++used;
    if (!wake) continue;
    store.store().WakeForDraws();
    REQUIRE(WaitUntil([&] { return set->pool()->Free() == 0; }));
  }
  CHECK(used + Held(*set->pool()) == store.stats().draws);
  CHECK(SrandmemberCalls(&redis) >= 2);
  CHECK(counts.size() == 2);
}

TEST_CASE("without a wake-up nothing is drawn") {
  RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const auto set = store.group("g1")->addresses[0];
  REQUIRE(WaitUntil([&] { return store.stats().draws == 64; }));
  // A new name shows that the store has been at work meanwhile.
  redis.Run("HSET new.example.com:CONFIG TTL 1\n");
  REQUIRE(store.WaitFor([](const Dataset& d) { return d.names.size() == 2; }));
  CHECK(store.stats().draws == 64);
}

TEST_CASE("a change of the set discards its draws") {
  RedisServer redis;
  redis.Run(
      "SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1 192.0.2.2 "
      "192.0.2.3\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const auto before = store.group("g1")->addresses[0];
  REQUIRE(WaitUntil([&] { return Held(*before->pool()) == 64; }));
  redis.Run("SREM g1:A 192.0.2.1 192.0.2.2\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 1;
  }));
  const auto after = store.group("g1")->addresses[0];
  REQUIRE(WaitUntil([&] { return Held(*after->pool()) == 64; }));
  Mt19937Random random(1);
  bool wake = false;
  for (int i = 0; i < 64; ++i) {
    REQUIRE(after->Draw(&random, &wake).text == "192.0.2.3");
  }
}

TEST_CASE("malformed members are drawn by Redis but never handed out") {
  RedisServer redis;
  redis.Run(
      "SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1 nonsense 2001::1 "
      "0.0.0.0\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const auto set = store.group("g1")->addresses[0];
  REQUIRE(WaitUntil([&] { return store.stats().draws == 64; }));
  CHECK(Held(*set->pool()) < 64);
  Mt19937Random random(1);
  bool wake = false;
  for (int i = 0; i < 100; ++i) {
    REQUIRE(set->Draw(&random, &wake).text == "192.0.2.1");
  }
}

TEST_CASE("names with sets of their own have draws, too") {
  RedisServer redis;
  redis.Run(
      "HSET www.example.com:CONFIG TTL 1\nSADD www.example.com:AAAA "
      "2001:db8::/64\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const auto set = store.name("www.example.com")->addresses[1];
  CHECK(WaitUntil([&] { return Held(*set->pool()) == 64; }));
}

TEST_CASE("of a Redis that is doubted nothing is drawn") {
  RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const auto set = store.group("g1")->addresses[0];
  REQUIRE(WaitUntil([&] { return Held(*set->pool()) == 64; }));
  redis.Run("FLUSHALL\n");
  REQUIRE(WaitUntil([&] { return store.stats().holding.load(); }));
  redis.Run("CONFIG RESETSTAT\n");
  Mt19937Random random(1);
  bool wake = false;
  while (!wake) set->Draw(&random, &wake);
  store.store().WakeForDraws();
  const uint64_t turns = store.stats().turns;
  REQUIRE(WaitUntil([&] { return store.stats().turns > turns + 3; }));
  CHECK(SrandmemberCalls(&redis) == 0);
  // Once it is believed again, it is asked again.
  redis.Run("SADD g1:A 192.0.2.1\nSADD ftp.example.com:GROUPS g1\n");
  CHECK(WaitUntil([&] { return SrandmemberCalls(&redis) > 0; }));
}

TEST_CASE("draws go on while Redis is away and are Redis' again after") {
  RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1 192.0.2.2\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Stop();
  REQUIRE(WaitUntil([&] { return !store.stats().connected.load(); }));
  const auto set = store.group("g1")->addresses[0];
  Mt19937Random random(1);
  std::set<std::string> drawn;
  for (int i = 0; i < 1000; ++i) {
    bool wake = false;
    drawn.insert(set->Draw(&random, &wake).text);
    if (wake) store.store().WakeForDraws();
  }
  CHECK(drawn.size() == 2);
  CHECK(set->pool()->Free() == DrawPool::kCapacity);
  redis.Start();
  CHECK(WaitUntil([&] { return set->pool()->Free() == 0; }));
}

TEST_CASE("many threads draw while sets change") {
  RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1 192.0.2.2\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      Mt19937Random random(t);
      while (!stop) {
        const auto set = store.group("g1")->addresses[0];
        for (int i = 0; i < 100; ++i) {
          bool wake = false;
          if (!set->Draw(&random, &wake).text.starts_with("192.0.2.")) ++wrong;
          if (wake) store.store().WakeForDraws();
        }
      }
    });
  }
  for (int i = 3; i < 30; ++i) {
    redis.Run("SADD g1:A 192.0.2." + std::to_string(i) + "\n");
  }
  const bool seen = store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 29;
  });
  stop = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(seen);
  CHECK(wrong == 0);
  CHECK(store.stats().draws > 64);
}

TEST_CASE("more sets than one round asks for are all filled") {
  RedisServer redis;
  std::string data = "SADD ftp.example.com:GROUPS";
  for (int i = 0; i < 200; ++i) data += " g" + std::to_string(i);
  for (int i = 0; i < 200; ++i) {
    data += "\nSADD g" + std::to_string(i) + ":A 192.0.2.1";
  }
  redis.Run(data + "\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(WaitUntil([&] { return store.stats().draws == 200 * 64; }));
  for (int i = 0; i < 200; ++i) {
    const auto group = store.group("g" + std::to_string(i));
    CHECK(Held(*group->addresses[0]->pool()) == 64);
  }
}

TEST_CASE("a set of another type by now, or not to be read, stops no draws") {
  RedisServer redis;
  redis.Run(
      "SADD g1:A 192.0.2.1\nSET g2:A oops\nSADD g3:A 192.0.2.3\n"
      "ACL SETUSER ring on >s3cret ~g1:* ~g2:* +@all\n");
  const auto set = [](const std::string& key, const char* member) {
    return std::make_shared<const AddressSet>(
        key, Family::kA,
        std::vector<AddressRange>{*ParseMember(Family::kA, member)});
  };
  Dataset dataset;
  std::vector<std::shared_ptr<const AddressSet>> sets;
  for (const char* name : {"g3", "g2", "g1"}) {
    auto group = std::make_shared<GroupData>();
    sets.push_back(set(std::string(name) + ":A",
                       name[1] == '3' ? "192.0.2.3" : "192.0.2.1"));
    group->addresses = {sets.back(),
                        std::make_shared<const AddressSet>(
                            "", Family::kAaaa, std::vector<AddressRange>{})};
    dataset.groups[name] = group;
  }
  const auto admin = Connected("unix://ring:s3cret@" + redis.socket());
  std::atomic<uint64_t> draws{0};
  DrawFiller filler;
  DatasetChange everything;
  everything.everything = true;
  filler.SetsChanged(dataset, everything);
  const auto more = filler.Round(&admin->connection(), &draws);
  REQUIRE(more.ok());
  CHECK_FALSE(*more);
  CHECK(draws == 64);
  CHECK(Held(*sets[2]->pool()) == 64);
  CHECK(Held(*sets[0]->pool()) == 0);
  CHECK(Held(*sets[1]->pool()) == 0);
}

}  // namespace
}  // namespace groupring::redis
