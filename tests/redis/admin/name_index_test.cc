#include "redis/admin/name_index.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/admin/many_names.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("the index has each name once, in order, and nothing else") {
  testing::RedisServer redis;
  redis.Run(
      "SADD b.example.com:GROUPS g1\nHSET b.example.com:CONFIG TTL 7\n"
      "HSET example.com:CONFIG TTL 7\nSADD a.example.com:GROUPS g1\n"
      "SADD a.example.com:A 192.0.2.1\nSADD g1:A 192.0.2.1\n"
      "HSET g1:STATE state disabled\nSET foreign:GROUP 1\n"
      "SADD UPPER.example.com:GROUPS g1\n");
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  const auto index = NameIndex::Read(&admin->connection());
  REQUIRE(index.ok());
  CHECK(index->size() == 3);
  CHECK(index->Behind("", 9) ==
        Names{"a.example.com", "b.example.com", "example.com"});
  CHECK(index->Behind("", 2) == Names{"a.example.com", "b.example.com"});
  CHECK(index->Behind("a.example.com", 2) ==
        Names{"b.example.com", "example.com"});
  // Behind a name that is not there.
  CHECK(index->Behind("aa", 1) == Names{"b.example.com"});
  CHECK(index->Behind("example.com", 9).empty());
}

TEST_CASE("pages of the index make up all names, found with few commands") {
  testing::RedisServer redis;
  constexpr int kNames = 5000;
  redis.Run(ManyNames(kNames, [](int, const std::string&) { return ""; }));
  const std::unique_ptr<Admin> admin = Connected(redis.url());
  const int64_t before = CommandsSoFar(&redis);
  const auto index = NameIndex::Read(&admin->connection());
  REQUIRE(index.ok());
  CHECK(CommandsSoFar(&redis) - before < 30);
  Names all;
  for (Names page = index->Behind("", 700); !page.empty();
       page = index->Behind(all.back(), 700)) {
    all.insert(all.end(), page.begin(), page.end());
  }
  CHECK(all.size() == kNames);
  CHECK(index->size() == kNames);
  CHECK(std::is_sorted(all.begin(), all.end()));
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

}  // namespace
}  // namespace groupring::redis
