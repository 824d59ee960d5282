// Ways to reach Redis, and rights that are missing there.
#include "tests/redis/store/names_that_differ.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/free_port.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::FreePort;
using testing::RedisServer;
using testing::WaitUntil;

constexpr char kData[] =
    "SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1\n";

// The rights that redis/README.md lists.
constexpr char kRights[] =
    "ACL SETUSER ring on >s3cret ~* resetchannels &__redis__:invalidate "
    "-@all +select +scan +dbsize +hgetall +smembers +srandmember +get "
    "+xrevrange +ping +subscribe +client|id +client|tracking "
    "+client|setname\n";

bool Loads(StoreFixture* store) {
  return store->WaitLoaded() && store->group("g1") != nullptr;
}

TEST_CASE("a store follows Redis over TCP") {
  const FreePort port;
  RedisServer redis({"--port", std::to_string(port.number())});
  redis.Run(kData);
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    StoreFixture store("redis://" + host + ":" + std::to_string(port.number()));
    REQUIRE(Loads(&store));
    CHECK(store.stats().tracking);
    redis.Run("SADD g1:A 192.0.2.2\n");
    CHECK(store.WaitFor([](const Dataset& d) {
      return d.groups.at("g1")->addresses[0]->members().size() == 2;
    }));
    redis.Run("SREM g1:A 192.0.2.2\n");
  }
}

TEST_CASE("a store reads the database of its URL and no other") {
  RedisServer redis;
  redis.Run("SELECT 5\n" + std::string(kData));
  StoreFixture other(redis.url());
  REQUIRE(other.WaitLoaded());
  CHECK(other.dataset().names.empty());
  StoreFixture store(redis.url() + "?db=5");
  REQUIRE(Loads(&store));
  redis.Run("SELECT 5\nSADD g1:A 192.0.2.2\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 2;
  }));
  StoreFixture missing(redis.url() + "?db=99");
  CHECK(missing.WaitForLine("no database 99"));
}

TEST_CASE("a password is used, and a wrong one is never repeated") {
  RedisServer redis({"--requirepass", "s3cret"});
  redis.Run("AUTH s3cret\n" + std::string(kData));
  const std::string path = redis.socket();

  StoreFixture store("unix://:s3cret@" + path);
  REQUIRE(Loads(&store));

  StoreFixture wrong("unix://:wr0ngpass@" + path);
  REQUIRE(wrong.WaitForLine("check user and password"));
  CHECK(wrong.LinesWith("wr0ngpass") == 0);

  StoreFixture none("unix://" + path);
  CHECK(none.WaitForLine("put the password into the Redis URL"));
}

TEST_CASE("a password where Redis has none is told so, not repeated") {
  RedisServer redis;
  StoreFixture store("unix://:s3cret@" + redis.socket());
  REQUIRE(store.WaitForLine("Redis has no password"));
  CHECK(store.LinesWith("s3cret") == 0);
}

TEST_CASE("an ACL user with exactly the documented rights gets everything") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run(kRights);
  StoreFixture store("unix://ring:s3cret@" + redis.socket());
  REQUIRE(Loads(&store));
  CHECK(store.stats().tracking);
  CHECK(WaitUntil([&] { return store.stats().draws >= 64; }));
  redis.Run("DEL g1:A\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->empty();
  }));
  redis.Run("FLUSHALL\n");
  CHECK(WaitUntil([&] { return store.stats().holding.load(); }));
  INFO(store.log());
  CHECK(store.LinesWith("NOPERM") == 0);
}

TEST_CASE("without the right to track changes the store polls") {
  const char* const missing =
      GENERATE("-client|tracking", "-client", "resetchannels", "-subscribe");
  INFO(missing);
  RedisServer redis;
  redis.Run(kData);
  redis.Run(kRights);
  redis.Run("ACL SETUSER ring " + std::string(missing) + "\n");
  StoreFixture store("unix://ring:s3cret@" + redis.socket(),
                     [](StoreOptions* options) {
                       options->scan_interval = std::chrono::hours(1);
                       options->reread_interval = std::chrono::hours(1);
                     });
  REQUIRE(Loads(&store));
  CHECK_FALSE(store.stats().tracking);
  CHECK(store.WaitForLine("does not announce changes"));
  CHECK(store.LinesWith("does not announce changes") == 1);
  redis.Run("SADD g1:A 192.0.2.2\nHSET ftp.example.com:CONFIG TTL 7\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 2 &&
           d.names.at("ftp.example.com")->config.ttl_seconds == 7;
  }));
}

TEST_CASE("the right to track changes that is granted later is used") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run("ACL SETUSER default -client|tracking\n");
  StoreFixture store(redis.url(), [](StoreOptions* options) {
    options->tracking_retry_interval = std::chrono::milliseconds(20);
  });
  REQUIRE(Loads(&store));
  CHECK_FALSE(store.stats().tracking);
  redis.Run("ACL SETUSER default +client|tracking\n");
  REQUIRE(WaitUntil([&] { return store.stats().tracking.load(); }));
  CHECK(store.stats().connects == 1);
  redis.Run("SADD g1:A 192.0.2.2\n");
  CHECK(WaitUntil([&] { return store.stats().invalidations > 0; }));
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 2;
  }));
}

TEST_CASE("a store that polls keeps its data when Redis is emptied") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run(kRights);
  redis.Run("ACL SETUSER ring -client\n");
  StoreFixture store("unix://ring:s3cret@" + redis.socket());
  REQUIRE(Loads(&store));
  redis.Run("FLUSHALL\n");
  REQUIRE(WaitUntil([&] { return store.stats().holding.load(); }));
  CHECK(store.changes().size() == 1);
  redis.Run("SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.7\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return Texts(d.groups.at("g1")->addresses[0]) ==
           std::vector<std::string>{"192.0.2.7"};
  }));
  CHECK_FALSE(store.stats().holding);
}

TEST_CASE("a key that may not be read is complained about, not fatal") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run("SADD secret:GROUPS g9\nHSET ftp.example.com:CONFIG TTL 7\n");
  redis.Run(kRights);
  redis.Run("ACL SETUSER ring resetkeys ~ftp.example.com:* ~g1:*\n");
  StoreFixture store("unix://ring:s3cret@" + redis.socket());
  REQUIRE(Loads(&store));
  CHECK(store.name("ftp.example.com")->config.ttl_seconds == 7);
  CHECK(store.dataset().names.size() == 1);
  CHECK(store.LinesWith("\"secret:GROUPS\": Redis does not let") == 1);
}

TEST_CASE("rights that are taken away change nothing, and heal soon") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run(
      "SADD ftp.example.com:A:SKIPLIST 192.0.2.9\n"
      "HSET ftp.example.com:CONFIG TTL 7 SOA x\n"
      "HSET ftp.example.com:WEIGHTS g1 5\nHSET g1:STATE state disabled\n");
  redis.Run(kRights);
  StoreFixture store("unix://ring:s3cret@" + redis.socket(),
                     [](StoreOptions* options) {
                       options->reread_interval = std::chrono::seconds(2);
                     });
  REQUIRE(Loads(&store));
  const Dataset before = store.dataset();
  redis.Run("ACL SETUSER ring -hgetall -smembers\n");
  // CONFIG, GROUPS, WEIGHTS, two sets and two skip lists of the name; STATE and
  // two sets of the group.
  const auto open = [&] {
    size_t keys = 0;
    store.store().OpenComplaints(20, &keys);
    return keys;
  };
  REQUIRE(WaitUntil([&] { return open() >= 10; }));
  CHECK(NamesThatDiffer(before, store.dataset()).empty());
  CHECK(store.dataset().groups == before.groups);
  // What changes meanwhile is seen soon after the rights are back, long before
  // the next round of reading again.
  redis.Run(
      "DEL g1:STATE\nSADD g1:A 192.0.2.2\nHSET ftp.example.com:CONFIG TTL 8\n"
      "ACL SETUSER ring +hgetall +smembers\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->state == GroupState() &&
           d.groups.at("g1")->addresses[0]->members().size() == 2 &&
           d.names.at("ftp.example.com")->config.ttl_seconds == 8;
  }));
  CHECK(WaitUntil([&] { return open() == 0; }));
}

TEST_CASE("keys that could not be read are read again without an end") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run(kRights);
  redis.Run("ACL SETUSER ring resetkeys %R~ftp* %R~groupring:*\n");
  // Nothing but the retry reads the group's keys again.
  StoreFixture store("unix://ring:s3cret@" + redis.socket(),
                     [](StoreOptions* options) {
                       options->reread_interval = std::chrono::hours(1);
                     });
  REQUIRE(Loads(&store));
  CHECK(store.group("g1")->addresses[0]->empty());
  redis.Run("ACL SETUSER ring allkeys\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 1;
  }));
}

}  // namespace
}  // namespace groupring::redis
