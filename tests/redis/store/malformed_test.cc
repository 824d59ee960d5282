// Malformed data: skipped, said once, counted, and nobody else's trouble.
#include "tests/redis/store/names_that_differ.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;
using Strings = std::vector<std::string>;

const NameData& Bad(const Dataset& dataset) {
  return *dataset.names.at("bad.example.com");
}

const GroupData& Group(const Dataset& dataset) {
  return *dataset.groups.at("g1");
}

struct Case {
  const char* command;
  const char* complaint;  // part of the line
  std::function<bool(const Dataset&)> stands_in;
};

const Case kCases[] = {
    {"HSET bad.example.com:CONFIG TTL abc", "\"abc\" is no TTL",
     [](const Dataset& d) { return Bad(d).config.ttl_seconds == 60; }},
    {"HSET bad.example.com:CONFIG TTL -1", "\"-1\" is no TTL",
     [](const Dataset& d) { return Bad(d).config.ttl_seconds == 60; }},
    {"HSET bad.example.com:CONFIG TTL 2147483648", "is no TTL",
     [](const Dataset& d) { return Bad(d).config.ttl_seconds == 60; }},
    {"HSET bad.example.com:CONFIG TTL \"\"", "\"\" is no TTL",
     [](const Dataset& d) { return Bad(d).config.ttl_seconds == 60; }},
    {"HSET bad.example.com:CONFIG ANSWERS 0", "is no number of addresses",
     [](const Dataset& d) { return Bad(d).config.answers == 1; }},
    {"HSET bad.example.com:CONFIG ANSWERS 33", "from 1 to 32",
     [](const Dataset& d) { return Bad(d).config.answers == 1; }},
    {"HSET bad.example.com:CONFIG ANSWER geoip", "random is used instead",
     [](const Dataset& d) {
       return Bad(d).config.answer == AnswerMode::kRandom;
     }},
    {"HSET bad.example.com:CONFIG ANSWER ring",
     "group_consistent_hash is used instead",
     [](const Dataset& d) {
       return Bad(d).config.answer == AnswerMode::kGroupConsistentHash;
     }},
    {"HSET bad.example.com:CONFIG ON_EMPTY nxdomain",
     "fail_open is used instead",
     [](const Dataset& d) {
       return Bad(d).config.on_empty == OnEmpty::kFailOpen;
     }},
    {"HSET bad.example.com:CONFIG NS \"ns1.example.com, , n s\"",
     "is no name of a server",
     [](const Dataset& d) {
       return Bad(d).config.ns == Strings{"ns1.example.com"};
     }},
    {"SET bad.example.com:CONFIG oops", "is no hash",
     [](const Dataset& d) { return Bad(d).config.ttl_seconds == 60; }},
    {"HSET bad.example.com:WEIGHTS g1 heavy", "\"heavy\" is no weight",
     [](const Dataset& d) { return Bad(d).groups->at(0).weight == 100; }},
    {"HSET bad.example.com:WEIGHTS g1 1001", "from 0 to 1000",
     [](const Dataset& d) { return Bad(d).groups->at(0).weight == 100; }},
    {"HSET bad.example.com:WEIGHTS g1 1.5", "is no weight",
     [](const Dataset& d) { return Bad(d).groups->at(0).weight == 100; }},
    {"SADD bad.example.com:WEIGHTS g1", "is no hash",
     [](const Dataset& d) { return Bad(d).groups->at(0).weight == 100; }},
    {"SADD bad.example.com:GROUPS \"\"", "is no group",
     [](const Dataset& d) { return Bad(d).groups->size() == 2; }},
    {"SADD bad.example.com:A nonsense", "no address or range",
     [](const Dataset& d) { return Bad(d).addresses[0]->empty(); }},
    {"SET bad.example.com:A 192.0.2.3", "is no set",
     [](const Dataset& d) { return Bad(d).addresses[0]->empty(); }},
    {"SADD bad.example.com:A:SKIPLIST 192.0.2.999", "no address or range",
     [](const Dataset& d) { return Bad(d).skip[0]->empty(); }},
    {"SADD bad.example.com:AAAA:SKIPLIST 192.0.2.9", "an IPv4 address",
     [](const Dataset& d) { return Bad(d).skip[1]->empty(); }},
    {"HSET bad.example.com:A:SKIPLIST a b", "is no set",
     [](const Dataset& d) { return Bad(d).skip[0]->empty(); }},
    {"SADD g1:A ftp1.example.com", "no address or range",
     [](const Dataset& d) {
       return Texts(Group(d).addresses[0]) == Strings{"192.0.2.1"};
     }},
    {"SADD g1:A 2001:db8::1", "an IPv6 address",
     [](const Dataset& d) {
       return Texts(Group(d).addresses[0]) == Strings{"192.0.2.1"};
     }},
    {"SADD g1:A 198.51.100.1/24", "no bits set after the prefix",
     [](const Dataset& d) {
       return Texts(Group(d).addresses[0]) == Strings{"192.0.2.1"};
     }},
    {"SADD g1:A 255.255.255.255", "no client can connect",
     [](const Dataset& d) {
       return Texts(Group(d).addresses[0]) == Strings{"192.0.2.1"};
     }},
    {"SADD g1:A \"192.0.2.7\\x00\\n\"", "\\x00\\x0a",
     [](const Dataset& d) {
       return Texts(Group(d).addresses[0]) == Strings{"192.0.2.1"};
     }},
    {"SADD g1:AAAA 192.0.2.1", "an IPv4 address",
     [](const Dataset& d) { return Group(d).addresses[1]->empty(); }},
    {"LPUSH g1:AAAA 2001:db8::1", "is no set",
     [](const Dataset& d) { return Group(d).addresses[1]->empty(); }},
    {"HSET g1:STATE state off", "enabled is used instead",
     [](const Dataset& d) { return Group(d).state == GroupState(); }},
    {"HSET g1:STATE state draining start now", "is no time",
     [](const Dataset& d) { return Group(d).state.start == 0; }},
    {"HSET g1:STATE state draining start 1700000000000", "is no time",
     [](const Dataset& d) { return Group(d).state.start == 0; }},
    {"HSET g1:STATE duration -5", "is no duration",
     [](const Dataset& d) { return Group(d).state.duration == 0; }},
    {"HSET g1:STATE state disabled until tomorrow", "is no time",
     [](const Dataset& d) {
       return Group(d).state.until == 0 &&
              Group(d).state.state == AdminState::kDisabled;
     }},
    {"SET g1:STATE disabled", "is no hash",
     [](const Dataset& d) { return Group(d).state == GroupState(); }},
};

constexpr char kGood[] =
    "SADD bad.example.com:GROUPS g1 g2\nSADD good.example.com:GROUPS g2\n"
    "HSET good.example.com:CONFIG TTL 9\nSADD g1:A 192.0.2.1\n"
    "SADD g2:A 192.0.2.2\n";

void CheckNeighbour(const StoreFixture& store) {
  REQUIRE(store.name("good.example.com"));
  CHECK(store.name("good.example.com")->config.ttl_seconds == 9);
  CHECK(Texts(store.group("g2")->addresses[0]) == Strings{"192.0.2.2"});
}

TEST_CASE("malformed data is said once and takes nobody else down") {
  RedisServer redis;
  for (const Case& c : kCases) {
    INFO(c.command);
    redis.Run("FLUSHALL\n");
    redis.Run(kGood);
    redis.Run(std::string(c.command) + "\n");
    StoreFixture store(redis.url(), [](StoreOptions* options) {
      options->reread_interval = std::chrono::milliseconds(1);
    });
    REQUIRE(store.WaitLoaded());
    CHECK(c.stands_in(store.dataset()));
    CheckNeighbour(store);
    // Read again many times over, it is the same complaint.
    const uint64_t commands = store.stats().commands;
    REQUIRE(testing::WaitUntil(
        [&] { return store.stats().commands > commands + 50; }));
    INFO(store.log());
    CHECK(store.LinesWith(c.complaint) == 1);
    CHECK(store.stats().malformed == 1);
  }
}

TEST_CASE("data that becomes malformed changes nothing until put right") {
  RedisServer redis;
  redis.Run(kGood);
  redis.Run("HSET bad.example.com:WEIGHTS g1 50\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  for (uint64_t round = 1; round <= 3; ++round) {
    redis.Run("HSET bad.example.com:WEIGHTS g1 heavy g2 5\n");
    REQUIRE(store.WaitFor([round](const Dataset& d) {
      return *Bad(d).groups ==
             GroupList{{"g1", round == 1 ? 50u : 7u}, {"g2", 5}};
    }));
    size_t keys = 0;
    const Complaints open = store.store().OpenComplaints(10, &keys);
    CHECK(keys == 1);
    REQUIRE(open.size() == 1);
    CHECK(open[0].key == "bad.example.com:WEIGHTS");
    CHECK(store.LinesWith("heavy") == round);
    CHECK(store.stats().malformed == round);
    redis.Run("HSET bad.example.com:WEIGHTS g1 7 g2 6\n");
    REQUIRE(store.WaitFor([](const Dataset& d) {
      return *Bad(d).groups == GroupList{{"g1", 7}, {"g2", 6}};
    }));
    CHECK(store.LinesWith("has been put right") == round);
    store.store().OpenComplaints(10, &keys);
    CHECK(keys == 0);
  }
  CheckNeighbour(store);
}

TEST_CASE("a key that turns into another type keeps what names need") {
  RedisServer redis;
  redis.Run(kGood);
  redis.Run(
      "HSET example.com:CONFIG SOA x NS ns1.example.com\n"
      "SADD bad.example.com:A:SKIPLIST 192.0.2.1\n"
      "HSET bad.example.com:WEIGHTS g1 5\nHSET g1:STATE state disabled\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  const Dataset before = store.dataset();
  redis.Run(
      "SET example.com:CONFIG oops\nSET bad.example.com:GROUPS oops\n"
      "SET bad.example.com:A:SKIPLIST oops\nSET g1:A oops\n"
      "SET bad.example.com:WEIGHTS oops\nSET g1:STATE disabled\n");
  REQUIRE(testing::WaitUntil([&] { return store.stats().malformed == 6; }));
  // A zone stays a zone, a ring a ring, a skipped address skipped, and a group
  // that is out stays out.
  CHECK(NamesThatDiffer(before, store.dataset()).empty());
  CHECK(store.dataset().groups == before.groups);
  CheckNeighbour(store);
}

TEST_CASE("a set full of nonsense costs a handful of lines") {
  RedisServer redis;
  redis.Run(kGood);
  std::string command = "SADD g1:A";
  for (int i = 0; i < 1000; ++i) command += " nonsense" + std::to_string(i);
  redis.Run(command + "\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(store.stats().malformed == 1000);
  CHECK(store.LinesWith("g1:A") == 6);
  CHECK(store.LinesWith("995 more") == 1);
  CHECK(Texts(store.group("g1")->addresses[0]) == Strings{"192.0.2.1"});
}

}  // namespace
}  // namespace groupring::redis
