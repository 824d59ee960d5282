#include "redis/base/host_port.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring {
namespace {

TEST_CASE("host and port are split, with and without brackets") {
  struct Case {
    std::string text;
    std::string host;
    std::optional<std::string> port;
    bool bracketed;
  };
  for (const Case& c :
       {Case{"a", "a", std::nullopt, false}, Case{"a:1", "a", "1", false},
        Case{"a:", "a", "", false},
        Case{"192.0.2.1:53", "192.0.2.1", "53", false},
        Case{"[::1]", "::1", std::nullopt, true},
        Case{"[::1]:53", "::1", "53", true},
        Case{"2001:db8::1", "2001", "db8::1", false}}) {
    CAPTURE(c.text);
    const std::optional<HostPort> parts = SplitHostPort(c.text);
    REQUIRE(parts);
    CHECK(parts->host == c.host);
    CHECK(parts->port.has_value() == c.port.has_value());
    CHECK(parts->port.value_or("") == c.port.value_or(""));
    CHECK(parts->bracketed == c.bracketed);
  }
  for (const char* text : {"", ":1", "::1", "[::1", "[]:1", "[::1]1"}) {
    CAPTURE(text);
    CHECK_FALSE(SplitHostPort(text));
  }
}

TEST_CASE("a port is a number that fits") {
  CHECK(ParsePort("0") == 0);
  CHECK(ParsePort("65535") == 65535);
  for (const char* text : {"", "65536", "-1", "+1", "1 ", "0x1", "db8::1"}) {
    CAPTURE(text);
    CHECK_FALSE(ParsePort(text));
  }
}

TEST_CASE("an IPv6 address is written in brackets before its port") {
  CHECK(FormatHostPort("a.example", 53) == "a.example:53");
  CHECK(FormatHostPort("::1", 53) == "[::1]:53");
}

}  // namespace
}  // namespace groupring
