// Values that are too large to be read.
#include <string>

#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait_until.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;

// Adds this many members to the set, from the one of that number on.
void AddMembers(RedisServer* redis, const std::string& key, int64_t from,
                int64_t count) {
  constexpr int64_t kPerCommand = 1000;
  std::string commands;
  for (int64_t i = from; i < from + count; ++i) {
    if ((i - from) % kPerCommand == 0) commands += "\nSADD " + key;
    commands += " m" + std::to_string(i);
  }
  redis->Run(commands + "\n");
}

TEST_CASE("a value beyond its bound is left out, and the rest is followed") {
  RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1\n");
  AddMembers(&redis, "crm.example.net:GROUPS", 0, 5 * kMaxGroupsOfName);
  AddMembers(&redis, "g1:AAAA", 0, kMaxMembers + 1);
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(
      store.WaitForLine("\"crm.example.net:GROUPS\": a set of 327675 is too "
                        "large and is not read"));
  CHECK(store.WaitForLine("\"g1:AAAA\": a set of 200001 is too large"));
  CHECK_FALSE(store.dataset().names.contains("crm.example.net"));
  CHECK(store.group("g1")->addresses[1]->empty());
  redis.Run("SADD new.example.com:GROUPS g1\nSADD g1:A 192.0.2.2\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.names.contains("new.example.com") &&
           d.groups.at("g1")->addresses[0]->members().size() == 2;
  }));
  CHECK(store.stats().connects == 1);
}

TEST_CASE("the ring of a name that gets too many groups stays as it was") {
  RedisServer redis;
  redis.Run("SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  // At once, or the last set that is not too large would be in force.
  AddMembers(&redis, "many", 0, kMaxGroupsOfName);
  redis.Run("SADD many g1\nRENAME many ftp.example.com:GROUPS\n");
  REQUIRE(store.WaitForLine("a set of 65536 is too large"));
  CHECK(*store.name("ftp.example.com")->groups == GroupList{{"g1", 100}});
  // Other fields of the name are followed meanwhile.
  redis.Run("HSET ftp.example.com:CONFIG TTL 7\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.names.at("ftp.example.com")->config.ttl_seconds == 7;
  }));
  redis.Run("DEL ftp.example.com:GROUPS\nSADD ftp.example.com:GROUPS g1 g2\n");
  CHECK(store.WaitFor([](const Dataset& d) {
    const auto found = d.names.find("ftp.example.com");
    return found != d.names.end() && found->second->groups->size() == 2;
  }));
}

}  // namespace
}  // namespace groupring::redis
