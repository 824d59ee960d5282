// Changes made with redis-cli, followed.
#include <algorithm>

#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;
using testing::WaitUntil;
using Strings = std::vector<std::string>;

constexpr char kTwoGroups[] =
    "HSET example.com:CONFIG SOA x\n"
    "SADD ftp.example.com:GROUPS g1 g2\n"
    "SADD g1:A 192.0.2.1 192.0.2.2\nSADD g1:AAAA 2001:db8::1\n"
    "SADD g2:A 192.0.2.9\n"
    "SADD www.example.com:A 203.0.113.1\nHSET www.example.com:CONFIG TTL 5\n";

// A walk or a re-read must not be what finds the change.
void OnlyInvalidations(StoreOptions* options) {
  options->scan_interval = std::chrono::hours(1);
  options->reread_interval = std::chrono::hours(1);
}

bool Contains(const Strings& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

TEST_CASE("what is read as it changed, and in turn, is counted apart") {
  RedisServer redis;
  redis.Run(kTwoGroups);
  const bool in_turn = GENERATE(false, true);
  StoreFixture store(redis.url(), [&](StoreOptions* options) {
    OnlyInvalidations(options);
    if (in_turn) options->reread_interval = std::chrono::seconds(1);
  });
  REQUIRE(store.WaitLoaded());
  if (in_turn) {
    CHECK(WaitUntil([&] { return store.stats().Counts().rereads > 3; }));
    CHECK(store.stats().Counts().changed_reads == 0);
    return;
  }
  redis.Run("SADD g2:A 192.0.2.10");
  CHECK(WaitUntil([&] { return store.stats().Counts().changed_reads == 1; }));
  const FeedCounts counts = store.stats().Counts();
  CHECK(counts.announcements == 1);
  CHECK(counts.rereads == 0);
  CHECK(counts.loads == 1);
  CHECK(counts.connects == 1);
  CHECK(counts.connect_failures == 0);
}

TEST_CASE("a change of any known key is announced and names what changed") {
  struct Case {
    const char* command;
    const char* name;   // that changes; may be empty
    const char* group;  // likewise
    std::function<bool(const Dataset&)> holds;
  };
  const auto ftp = [](const Dataset& d) {
    return d.names.at("ftp.example.com");
  };
  const auto www = [](const Dataset& d) {
    return d.names.at("www.example.com");
  };
  const auto g1 = [](const Dataset& d) { return d.groups.at("g1"); };
  const Case cases[] = {
      {"HSET ftp.example.com:CONFIG TTL 7", "ftp.example.com", "",
       [&](const Dataset& d) { return ftp(d)->config.ttl_seconds == 7; }},
      {"HSET ftp.example.com:WEIGHTS g1 7", "ftp.example.com", "",
       [&](const Dataset& d) { return ftp(d)->groups->at(0).weight == 7; }},
      {"SREM ftp.example.com:GROUPS g2", "ftp.example.com", "g2",
       [&](const Dataset& d) {
         return ftp(d)->groups->size() == 1 && !d.groups.contains("g2");
       }},
      {"SADD ftp.example.com:AAAA:SKIPLIST 2001:db8::/64", "ftp.example.com",
       "", [&](const Dataset& d) { return !ftp(d)->skip[1]->empty(); }},
      {"SADD www.example.com:A 203.0.113.2", "www.example.com", "",
       [&](const Dataset& d) {
         return www(d)->addresses[0]->members().size() == 2;
       }},
      {"SADD www.example.com:AAAA 2001:db8::8", "www.example.com", "",
       [&](const Dataset& d) { return !www(d)->addresses[1]->empty(); }},
      {"SREM g1:A 192.0.2.1", "", "g1",
       [&](const Dataset& d) {
         return Texts(g1(d)->addresses[0]) == Strings{"192.0.2.2"};
       }},
      {"DEL g1:AAAA", "", "g1",
       [&](const Dataset& d) { return g1(d)->addresses[1]->empty(); }},
      {"HSET g1:STATE state disabled", "", "g1",
       [&](const Dataset& d) {
         return g1(d)->state.state == AdminState::kDisabled;
       }},
      {"RENAME www.example.com:A g1:AAAA", "www.example.com", "",
       [&](const Dataset& d) { return www(d)->addresses[0]->empty(); }},
      {"DEL www.example.com:CONFIG", "www.example.com", "",
       [&](const Dataset& d) { return !d.names.contains("www.example.com"); }},
  };
  RedisServer redis;
  for (const Case& c : cases) {
    INFO(c.command);
    redis.Run("FLUSHALL\n");
    redis.Run(kTwoGroups);
    StoreFixture store(redis.url(), OnlyInvalidations);
    REQUIRE(store.WaitLoaded());
    const Dataset before = store.dataset();
    redis.Run(std::string(c.command) + "\n");
    REQUIRE(store.WaitFor(c.holds));
    const std::vector<DatasetChange> changes = store.changes();
    REQUIRE(changes.size() >= 2);
    CHECK_FALSE(changes[1].everything);
    if (*c.name) CHECK(Contains(changes[1].names, c.name));
    if (*c.group) CHECK(Contains(changes[1].groups, c.group));
    // Nothing else is named, and nothing else is another object.
    CHECK(changes[1].names.size() == (*c.name ? 1 : 0));
    const Dataset after = store.dataset();
    CHECK(after.names.at("example.com") == before.names.at("example.com"));
    if (after.groups.contains("g2")) {
      CHECK(after.groups.at("g2") == before.groups.at("g2"));
    }
  }
}

TEST_CASE("a set that was not changed keeps its object and its draws") {
  RedisServer redis;
  redis.Run(kTwoGroups);
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  const auto before = store.group("g1");
  redis.Run("SADD g1:A 192.0.2.3\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 3;
  }));
  const auto after = store.group("g1");
  CHECK(after->addresses[0] != before->addresses[0]);
  CHECK(after->addresses[0]->pool() != before->addresses[0]->pool());
  CHECK(after->addresses[1] == before->addresses[1]);
}

TEST_CASE("a write that changes nothing publishes nothing") {
  RedisServer redis;
  redis.Run(kTwoGroups);
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  const uint64_t before = store.stats().invalidations;
  redis.Run(
      "SADD g1:A 192.0.2.3\nSREM g1:A 192.0.2.3\n"
      "HSET www.example.com:CONFIG TTL 5\n");
  REQUIRE(testing::WaitUntil(
      [&] { return store.stats().invalidations >= before + 2; }));
  // What follows shows that the writes have been dealt with.
  redis.Run("HSET g2:STATE state disabled\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g2")->state.state == AdminState::kDisabled;
  }));
  for (const DatasetChange& change : store.changes()) {
    CHECK_FALSE(Contains(change.names, "www.example.com"));
  }
  CHECK(Texts(store.group("g1")->addresses[0]).size() == 2);
}

TEST_CASE("the last set that was not empty is kept") {
  RedisServer redis;
  redis.Run(kTwoGroups);
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  const auto set = store.group("g1")->addresses[0];
  redis.Run("DEL g1:A\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->empty();
  }));
  CHECK(store.group("g1")->last_good[0] == set);
  redis.Run("SADD g1:A 192.0.2.77\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return !d.groups.at("g1")->addresses[0]->empty();
  }));
  CHECK(store.group("g1")->last_good[0] == store.group("g1")->addresses[0]);
}

TEST_CASE("a new name appears, with groups that nobody used before") {
  RedisServer redis;
  redis.Run(kTwoGroups);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run(
      "SADD g3:A 192.0.2.33\nHSET g3:STATE state disabled\n"
      "SADD new.example.com:GROUPS g3 g1\n");
  REQUIRE(store.WaitFor(
      [](const Dataset& d) { return d.names.contains("new.example.com"); }));
  // Never published without its groups.
  REQUIRE(store.group("g3"));
  CHECK(Texts(store.group("g3")->addresses[0]) == Strings{"192.0.2.33"});
  CHECK(store.group("g3")->state.state == AdminState::kDisabled);
}

TEST_CASE("a group added to a known name is read along with it") {
  RedisServer redis;
  redis.Run(kTwoGroups);
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  redis.Run("SADD g3:A 192.0.2.33\nSADD ftp.example.com:GROUPS g3\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.names.at("ftp.example.com")->groups->size() == 3;
  }));
  REQUIRE(store.group("g3"));
  CHECK(Texts(store.group("g3")->addresses[0]) == Strings{"192.0.2.33"});
  // From now on it is followed like any other.
  redis.Run("SADD g3:A 192.0.2.34\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g3")->addresses[0]->members().size() == 2;
  }));
}

TEST_CASE("a name that was deleted comes back when it is written again") {
  RedisServer redis;
  redis.Run(kTwoGroups);
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  redis.Run("DEL ftp.example.com:GROUPS\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return !d.names.contains("ftp.example.com") && d.groups.empty();
  }));
  redis.Run("SADD ftp.example.com:GROUPS g1\n");
  REQUIRE(store.WaitFor(
      [](const Dataset& d) { return d.names.contains("ftp.example.com"); }));
  CHECK(Texts(store.group("g1")->addresses[0]).size() == 2);
}

TEST_CASE("the last name can be deleted by a command that accepts this") {
  RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\n");
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  redis.Run("MULTI\nDEL ftp.example.com:GROUPS\n" + Accept(0) +
            "INCR groupring:generation\nEXEC\n");
  CHECK(store.WaitFor(
      [](const Dataset& d) { return d.names.empty() && d.generation == 1; }));
  CHECK(store.LinesWith("not believed") == 0);
}

TEST_CASE("a group called like a name is both") {
  RedisServer redis;
  redis.Run(
      "SADD a.example.com:GROUPS b.example.com\n"
      "HSET b.example.com:CONFIG TTL 1\nSADD b.example.com:A 192.0.2.1\n");
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  redis.Run("SADD b.example.com:A 192.0.2.2\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.groups.at("b.example.com")->addresses[0]->members().size() == 2;
  }));
  CHECK(Texts(store.name("b.example.com")->addresses[0]).size() == 2);
}

TEST_CASE("keys of other applications cost nothing") {
  RedisServer redis;
  redis.Run(kTwoGroups);
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  // The pools of draws are full when the number of commands stands still.
  REQUIRE(testing::WaitUntil([&] { return store.stats().draws >= 4 * 64; }));
  const uint64_t commands = store.stats().commands;
  const uint64_t invalidations = store.stats().invalidations;

  std::string writes;
  for (int i = 0; i < 5000; ++i) {
    writes += "SET other:" + std::to_string(i) + ":A x\n";
  }
  redis.Run(writes);
  redis.Run("HSET g2:STATE state disabled\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g2")->state.state == AdminState::kDisabled;
  }));
  CHECK(store.stats().invalidations == invalidations + 1);
  CHECK(store.stats().commands <= commands + 2);
}

TEST_CASE("a lost invalidation is made good by reading again") {
  RedisServer redis;
  redis.Run(kTwoGroups);
  StoreFixture store(redis.url(), [](StoreOptions* options) {
    options->scan_interval = std::chrono::hours(1);
    options->reread_interval = std::chrono::milliseconds(200);
  });
  REQUIRE(store.WaitLoaded());
  // Swapping databases changes every key and announces none.
  redis.Run(
      "SELECT 1\nSADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.50\n"
      "SWAPDB 0 1\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    const auto g1 = d.groups.find("g1");
    return g1 != d.groups.end() &&
           Texts(g1->second->addresses[0]) == Strings{"192.0.2.50"};
  }));
}

// Sixty names on one group, more keys than the table of Redis holds.
void FillTooSmallTable(RedisServer* redis) {
  std::string commands = "SADD g1:A 192.0.2.1\n";
  for (int i = 0; i < 60; ++i) {
    commands += "SADD n" + std::to_string(i) + ".example.com:GROUPS g1\n";
  }
  redis->Run(commands);
  redis->Run("CONFIG SET tracking-table-max-keys 50\n");
}

TEST_CASE("a table of Redis that is too small is not used: writes are told") {
  RedisServer redis;
  FillTooSmallTable(&redis);
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  REQUIRE(store.WaitForLine("it announces all writes instead"));
  CHECK(store.stats().announces_all_writes);
  CHECK(store.stats().tracking);
  CHECK_FALSE(store.stats().tracking_overflows);
  const uint64_t announced = store.stats().invalidations;
  redis.Run(
      "SADD g1:A 192.0.2.2\nHSET n7.example.com:CONFIG TTL 7\n"
      "SET session:7 x\nSADD new.example.com:GROUPS g1\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->addresses[0]->members().size() == 2 &&
           d.names.at("n7.example.com")->config.ttl_seconds == 7 &&
           d.names.contains("new.example.com");
  }));
  // Those of other applications are not counted.
  CHECK(store.stats().invalidations == announced + 3);
  redis.Run("FLUSHALL\n");
  CHECK(store.WaitForLine("not believed"));
}

TEST_CASE("a table of Redis whose size is not known is found out") {
  RedisServer redis;
  FillTooSmallTable(&redis);
  redis.Run("ACL SETUSER default -config|get\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(store.WaitForLine("it announces all writes instead"));
  CHECK(store.stats().announces_all_writes);
  redis.Run("HSET n7.example.com:CONFIG TTL 7\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.names.at("n7.example.com")->config.ttl_seconds == 7;
  }));
}

TEST_CASE("a group that changes does not wait for many names that change") {
  constexpr int kNames = 2000;
  RedisServer redis;
  std::string names = "SADD g1:A 192.0.2.1\n";
  std::string changes;
  for (int i = 0; i < kNames; ++i) {
    const std::string name = "n" + std::to_string(i) + ".example.com";
    names += "SADD " + name + ":GROUPS g1\n";
    changes += "HSET " + name + ":CONFIG TTL 7\n";
  }
  redis.Run(names);
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  // All at once, however slow redis-cli is.
  redis.Run("MULTI\n" + changes + "HSET g1:STATE state disabled\nEXEC\n");
  REQUIRE(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g1")->state.state == AdminState::kDisabled &&
           std::all_of(d.names.begin(), d.names.end(), [](const auto& entry) {
             return entry.second->config.ttl_seconds == 7;
           });
  }));
  // The group was changed last, and is published before names that were first.
  size_t before = 0;
  bool found = false;
  for (const DatasetChange& change : store.changes()) {
    found = !change.everything && !change.groups.empty();
    if (found) break;
    if (!change.everything) before += change.names.size();
  }
  CHECK(found);
  CHECK(before < kNames);
}

}  // namespace
}  // namespace groupring::redis
