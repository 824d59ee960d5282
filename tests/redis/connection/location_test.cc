#include "redis/connection/location.h"

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

Location Parsed(const std::string& url) {
  const absl::StatusOr<Location> location = ParseLocation(url);
  INFO(url);
  INFO(location.status().ToString());
  REQUIRE(location.ok());
  return *location;
}

TEST_CASE("one server is no choice") {
  const Location location = Parsed("redis://ring:secret@h:7000/3");
  CHECK(location.is_single());
  CHECK_FALSE(location.has_sentinels());
  CHECK(location.servers[0].port == 7000);
  CHECK(location.Display() == "redis://ring@h:7000/3");
}

TEST_CASE("several hosts share user, password and database") {
  const Location location =
      Parsed("redis://ring:s%2Cecret@h1, h2:7000,[2001:db8::1]:7001/3");
  CHECK_FALSE(location.is_single());
  REQUIRE(location.servers.size() == 3);
  CHECK(location.servers[0].host == "h1");
  CHECK(location.servers[0].port == 6379);
  CHECK(location.servers[1].port == 7000);
  CHECK(location.servers[2].host == "2001:db8::1");
  for (const Endpoint& server : location.servers) {
    CHECK(server.user == "ring");
    CHECK(server.password == "s,ecret");
    CHECK(server.database == 3);
  }
}

TEST_CASE("several URLs are tried in their order") {
  const Location location =
      Parsed("unix:///run/redis.sock?db=2, rediss://:x@h1,h2/2");
  REQUIRE(location.servers.size() == 3);
  CHECK(location.servers[0].unix_path == "/run/redis.sock");
  CHECK(location.servers[1].tls);
  CHECK(location.servers[2].host == "h2");
  CHECK(location.Display() ==
        "unix:///run/redis.sock?db=2, rediss://h1:6379/2, rediss://h2:6379/2");
}

TEST_CASE("a sentinel URL names sentinels, the master, and our account") {
  const Location location =
      Parsed("sentinel://ring:secret@s1,s2:26000,[::1]/main/4");
  CHECK(location.has_sentinels());
  CHECK_FALSE(location.is_single());
  REQUIRE(location.sentinels.size() == 3);
  CHECK(location.sentinels[0].port == 26379);
  CHECK(location.sentinels[1].port == 26000);
  CHECK(location.sentinels[2].port == 26379);
  for (const Endpoint& sentinel : location.sentinels) {
    CHECK(sentinel.is_sentinel);
    CHECK(sentinel.password.empty());
  }
  CHECK(location.master_name == "main");
  CHECK(location.account.user == "ring");
  CHECK(location.account.password == "secret");
  CHECK(location.account.database == 4);
  CHECK(location.Display() ==
        "sentinel://ring@s1:26379,s2:26000,[::1]:26379/main/4");
}

TEST_CASE("what makes no sense is refused without repeating it") {
  for (const char* url :
       {"sentinel://s1,s2", "sentinel://s1,s2/", "sentinel://s1,,s2/main",
        "sentinel://s1/main/secret", "sentinel://s1:secret/main",
        "redis://h1,/0", "redis://h1,h2:secret/0", "secret", "",
        "redis://h1,sentinel://s1/main", "sentinel://s1/main, redis://h1",
        "redis://u:se/cret@h1,h2"}) {
    CAPTURE(url);
    const absl::StatusOr<Location> location = ParseLocation(url);
    REQUIRE_FALSE(location.ok());
    const std::string message(location.status().message());
    CHECK(message.find("Redis URL: ") == 0);
    CHECK(message.find("secret") == std::string::npos);
    CHECK(message.find("cret@") == std::string::npos);
  }
}

}  // namespace
}  // namespace groupring::redis
