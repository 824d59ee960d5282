// What is in Redis, loaded.
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;
using Strings = std::vector<std::string>;

TEST_CASE("a Redis filled by hand for razor is served unchanged") {
  RedisServer redis;
  redis.Run(
      "HSET files.example.com:CONFIG SOA \"ns1.example.com. "
      "hostmaster.example.com. 1 7200 900 1209600 300\" NS "
      "\"ns1.example.com,ns2.example.com\" TTL 30 ANSWER "
      "group_consistent_hash\n"
      "SADD files.example.com:GROUPS GROUP1 GROUP2\n"
      "SADD GROUP1:A 192.0.2.1 192.0.2.2\n"
      "SADD GROUP1:AAAA 2001:db8:1::/48\n"
      "SADD GROUP2:A 198.51.100.0/24\n"
      "SADD GROUP2:AAAA 2001:db8:2::1\n"
      "SADD files.example.com:A:SKIPLIST 198.51.100.7\n"
      "HSET www.example.com:CONFIG TTL 5\n"
      "SADD www.example.com:A 203.0.113.1\n"
      "HSET geo.example.com:CONFIG ANSWER geoip\n"
      "SADD geo.example.com:A 203.0.113.9\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());

  const Dataset dataset = store.dataset();
  CHECK(dataset.names.size() == 3);
  CHECK(dataset.groups.size() == 2);
  REQUIRE(store.changes().size() == 1);
  CHECK(store.changes()[0].everything);

  const auto files = store.name("files.example.com");
  REQUIRE(files);
  CHECK(files->config.is_zone);
  CHECK(files->config.soa.starts_with("ns1.example.com. hostmaster"));
  CHECK(files->config.ns == Strings{"ns1.example.com", "ns2.example.com"});
  CHECK(files->config.ttl_seconds == 30);
  CHECK(files->config.answer == AnswerMode::kGroupConsistentHash);
  CHECK(files->config.answers == 1);
  CHECK(files->config.on_empty == OnEmpty::kFailOpen);
  CHECK(*files->groups == GroupList{{"GROUP1", 100}, {"GROUP2", 100}});
  CHECK(files->addresses[0]->empty());
  CHECK(files->last_good[0] == nullptr);
  CHECK(files->skip[0]->Covers(ParseMember(Family::kA, "198.51.100.7")->first));
  CHECK(files->skip[1]->empty());

  const auto group1 = store.group("GROUP1");
  REQUIRE(group1);
  CHECK(Texts(group1->addresses[0]) == Strings{"192.0.2.1", "192.0.2.2"});
  CHECK(Texts(group1->addresses[1]) == Strings{"2001:db8:1::/48"});
  CHECK(group1->last_good == group1->addresses);
  CHECK(group1->state == GroupState());

  const auto www = store.name("www.example.com");
  REQUIRE(www);
  CHECK_FALSE(www->config.is_zone);
  CHECK(www->config.answer == AnswerMode::kRandom);
  CHECK(www->groups->empty());
  CHECK(Texts(www->addresses[0]) == Strings{"203.0.113.1"});

  const auto geo = store.name("geo.example.com");
  REQUIRE(geo);
  CHECK(geo->config.answer == AnswerMode::kRandom);
  CHECK(store.LinesWith("geoip") == 1);
  CHECK(store.stats().malformed == 1);
}

TEST_CASE("every key of our own has its effect") {
  RedisServer redis;
  redis.Run(
      "HSET ftp.example.com:CONFIG ANSWERS 3 ON_EMPTY servfail RECORDS "
      "'[{\"name\":\"@\"}]' TTL 0\n"
      "SADD ftp.example.com:GROUPS g1 g2 G1\n"
      "HSET ftp.example.com:WEIGHTS g1 0 g2 1000 later 7\n"
      "SADD ftp.example.com:AAAA:SKIPLIST 2001:db8::/64\n"
      "HSET g1:STATE state draining start 1700000000 duration 600 reason "
      "\"new kernel\" by alice since 1699999999 until 1800000000\n"
      "HSET g2:STATE state disabled\n"
      "HSET G1:STATE state filling start 5\n"
      "SADD hash.example.com:GROUPS g1\n"
      "HSET hash.example.com:CONFIG answer CONSISTENT_HASH ttl \" 12 \"\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());

  const auto ftp = store.name("ftp.example.com");
  REQUIRE(ftp);
  CHECK(ftp->config.answers == 3);
  CHECK(ftp->config.on_empty == OnEmpty::kServfail);
  CHECK(ftp->config.records_json == "[{\"name\":\"@\"}]");
  CHECK(ftp->config.ttl_seconds == 0);
  CHECK(ftp->config.answer == AnswerMode::kGroupConsistentHash);
  // Sorted, and told apart by case.
  CHECK(*ftp->groups == GroupList{{"G1", 100}, {"g1", 0}, {"g2", 1000}});
  CHECK_FALSE(ftp->skip[1]->empty());

  GroupState draining;
  draining.state = AdminState::kDraining;
  draining.start = 1700000000;
  draining.duration = 600;
  draining.reason = "new kernel";
  draining.by = "alice";
  draining.since = 1699999999;
  draining.until = 1800000000;
  CHECK(store.group("g1")->state == draining);
  CHECK(store.group("g2")->state.state == AdminState::kDisabled);
  CHECK(store.group("G1")->state.state == AdminState::kFilling);

  const auto hash = store.name("hash.example.com");
  CHECK(hash->config.answer == AnswerMode::kConsistentHash);
  CHECK(hash->config.ttl_seconds == 12);
  CHECK(store.stats().malformed == 0);
}

TEST_CASE("names with equal groups share one list") {
  RedisServer redis;
  redis.Run(
      "SADD a.example.com:GROUPS g1 g2\nSADD b.example.com:GROUPS g2 g1\n"
      "SADD c.example.com:GROUPS g1\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(store.name("a.example.com")->groups ==
        store.name("b.example.com")->groups);
  CHECK(store.name("a.example.com")->groups !=
        store.name("c.example.com")->groups);
}

// Names n0, n1, … with one group, and nothing else.
std::string NamesWithGroup(int count) {
  std::string commands;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&commands, "SADD n", i, ".example.com:GROUPS g1\n");
  }
  return commands;
}

TEST_CASE("many names are loaded with fewer than three commands each") {
  RedisServer redis;
  redis.Run(NamesWithGroup(1000));
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(store.dataset().names.size() == 1000);
  CHECK(store.stats().commands < 3000);
}

TEST_CASE("a key that a load of many names found missing is announced") {
  RedisServer redis;
  redis.Run(NamesWithGroup(100));
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  redis.Run(
      "HSET n7.example.com:WEIGHTS g1 50\nSADD n8.example.com:A 192.0.2.1\n"
      "SADD n9.example.com:AAAA:SKIPLIST 2001:db8::1\n");
  CHECK(store.WaitFor([](const Dataset& dataset) {
    return dataset.names.at("n7.example.com")->groups->front().weight == 50 &&
           !dataset.names.at("n8.example.com")->addresses[0]->empty() &&
           !dataset.names.at("n9.example.com")->skip[1]->empty();
  }));
  CHECK(store.stats().invalidations > 0);
  CHECK(store.stats().loads == 1);
}

TEST_CASE("keys of a kind that many names have are all loaded") {
  RedisServer redis;
  std::string commands = NamesWithGroup(100);
  for (int i = 0; i < 100; i += 3) {
    absl::StrAppend(&commands, "HSET n", i, ".example.com:WEIGHTS g1 ", i + 1,
                    "\n");
  }
  redis.Run(commands);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  for (int i = 0; i < 100; ++i) {
    const auto name = store.name(absl::StrCat("n", i, ".example.com"));
    CHECK(name->groups->front().weight ==
          (i % 3 == 0 ? static_cast<uint32_t>(i + 1) : kDefaultWeight));
  }
}

TEST_CASE("a value that was put right while Redis was away is told so") {
  RedisServer redis;
  redis.Run("SADD a.example.com:GROUPS g1\nHSET a.example.com:CONFIG TTL x\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  REQUIRE(store.WaitForLine("a.example.com:CONFIG"));
  // What is announced goes to a connection that is gone.
  redis.Run("CLIENT KILL TYPE normal\nHSET a.example.com:CONFIG TTL 7\n");
  CHECK(store.WaitFor([](const Dataset& dataset) {
    return dataset.names.at("a.example.com")->config.ttl_seconds == 7;
  }));
  CHECK(store.LinesWith("has been put right") == 1);
}

TEST_CASE("an empty Redis loads as an empty dataset") {
  RedisServer redis;
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(store.dataset().names.empty());
  CHECK(store.stats().loaded);
  CHECK_FALSE(store.stats().holding);
}

TEST_CASE("keys of other applications are no names") {
  RedisServer redis;
  redis.Run(
      "SET app:CONFIG {}\nHSET user:7:CONFIG a b\nSADD :GROUPS x\n"
      "SADD a..b:GROUPS x\nSET COGFIG x\nSADD ftp.example.com:GROUPS g\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(store.dataset().names.size() == 1);
  CHECK(store.dataset().names.contains("ftp.example.com"));
}

TEST_CASE("a name not in stored form is complained about once, with advice") {
  RedisServer redis;
  redis.Run(
      "SADD FTP.example.com:GROUPS g\nHSET dot.example.com.:CONFIG TTL 1\n"
      "SADD ok.example.com:GROUPS g\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(store.dataset().names.size() == 1);
  // Walks go on; a new name shows that one more has ended.
  redis.Run("SADD new.example.com:GROUPS g\n");
  REQUIRE(store.WaitFor(
      [](const Dataset& d) { return d.names.contains("new.example.com"); }));
  CHECK(store.LinesWith("\"ftp.example.com:GROUPS\"") == 1);
  CHECK(store.LinesWith("\"dot.example.com:CONFIG\"") == 1);
  CHECK(store.stats().malformed == 2);
}

}  // namespace
}  // namespace groupring::redis
