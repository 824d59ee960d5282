#include "redis/connection/location.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

Endpoint Parsed(const std::string& url) {
  const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(url);
  INFO(url);
  INFO(endpoint.status().ToString());
  REQUIRE(endpoint.ok());
  return *endpoint;
}

TEST_CASE("a unix URL gives path, database and credentials") {
  const Endpoint plain = Parsed("unix:///run/redis/redis-server.sock");
  CHECK(plain.unix_path == "/run/redis/redis-server.sock");
  CHECK(plain.database == 0);
  CHECK(plain.user.empty());
  CHECK(plain.password.empty());

  const Endpoint full = Parsed("unix://ring:p%40ss@/run/r.sock?db=7");
  CHECK(full.unix_path == "/run/r.sock");
  CHECK(full.database == 7);
  CHECK(full.user == "ring");
  CHECK(full.password == "p@ss");
}

TEST_CASE("a redis URL gives host, port, database and credentials") {
  const Endpoint plain = Parsed("redis://redis.example.com");
  CHECK(plain.host == "redis.example.com");
  CHECK(plain.port == 6379);
  CHECK(plain.database == 0);
  CHECK_FALSE(plain.tls);

  const Endpoint full = Parsed("redis://ring:s%2Fe%3Ac@127.0.0.1:7000/15");
  CHECK(full.host == "127.0.0.1");
  CHECK(full.port == 7000);
  CHECK(full.database == 15);
  CHECK(full.user == "ring");
  CHECK(full.password == "s/e:c");

  const Endpoint only_password = Parsed("redis://:secret@h/");
  CHECK(only_password.user.empty());
  CHECK(only_password.password == "secret");
  CHECK(only_password.database == 0);

  // Only the first colon separates the user from the password.
  CHECK(Parsed("redis://u:a:b@h").password == "a:b");
}

TEST_CASE("an IPv6 host is written in brackets") {
  const Endpoint endpoint = Parsed("redis://[2001:db8::1]:7001/2");
  CHECK(endpoint.host == "2001:db8::1");
  CHECK(endpoint.port == 7001);
  CHECK(Parsed("redis://[::1]").host == "::1");
  CHECK(endpoint.Display() == "redis://[2001:db8::1]:7001/2");
}

TEST_CASE("a rediss URL asks for TLS") {
  const Endpoint endpoint = Parsed("rediss://redis.example.com:6380");
  CHECK(endpoint.tls);
  CHECK(endpoint.port == 6380);
}

TEST_CASE("a wrong URL is refused and names the part") {
  struct Case {
    const char* url;
    const char* part;
  };
  const Case cases[] = {
      {"", "scheme"},
      {"/run/redis.sock", "scheme"},
      {"http://h", "scheme"},
      {"localhost:6379", "scheme"},
      {"unix://run/redis.sock", "path"},
      {"unix://", "path"},
      {"unix:///", "path"},
      {"unix:///a?db=x", "database"},
      {"unix:///a?database=1", "?"},
      {"unix://user@/a", "user and password"},
      {"redis://", "host"},
      {"redis://:6379", "host"},
      {"redis://[::1", "host"},
      {"redis://[::1]x", "host"},
      {"redis://h:0", "port"},
      {"redis://h:65536", "port"},
      {"redis://h:", "port"},
      {"redis://h:12x", "port"},
      {"redis://2001:db8::1", "port"},
      {"redis://h/-1", "database"},
      {"redis://h/one", "database"},
      {"redis://h/0/1", "database"},
      {"redis://h?tls=1", "?"},
      {"redis://user@h", "user and password"},
      {"redis://user:@h", "password"},
      {"redis://u:p@ss@h", "user and password"},
      {"redis://u:p%4@h", "user and password"},
      {"redis://u:p%zz@h", "user and password"},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(c.url);
    INFO(c.url);
    REQUIRE_FALSE(endpoint.ok());
    CHECK(endpoint.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(std::string(endpoint.status().message()).find(c.part) !=
          std::string::npos);
  }
  const std::string long_path = "unix:///" + std::string(107, 'x');
  CHECK_FALSE(ParseEndpoint(long_path).ok());
  CHECK_FALSE(ParseEndpoint(std::string("redis://h\0x", 11)).ok());
}

TEST_CASE("neither an error nor the display repeats the password") {
  const char* const urls[] = {
      "redis://u:hunter2/x@h:1",   "redis://u:hunter2@x@h",
      "redis://:hunter2@h:99999",  "redis://:hunter2@h/zz",
      "redis://u:hunter2?x@h",     "redis://u:hunter2%@h",
      "redis:/u:hunter2@h",        "unix://u:hunter2@run/a",
      "unix://u:hunter2@/a?db=zz", "redis://hunter2@h",
      "redis://u:1/hunter2@h",     "http://u:hunter2@h",
  };
  for (const char* url : urls) {
    const absl::StatusOr<Endpoint> endpoint = ParseEndpoint(url);
    INFO(url);
    REQUIRE_FALSE(endpoint.ok());
    CHECK(endpoint.status().ToString().find("hunter") == std::string::npos);
  }
  for (const char* url :
       {"redis://u:hunter2@h:1/2", "unix://u:hunter2@/run/a"}) {
    const std::string display = Parsed(url).Display();
    CHECK(display.find("hunter2") == std::string::npos);
    CHECK(display.find("u@") != std::string::npos);
  }
}

}  // namespace
}  // namespace groupring::redis
