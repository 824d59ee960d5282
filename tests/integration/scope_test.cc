// The scope of an answer: how widely a resolver may use it.
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEMPLATE_TEST_CASE("a dynamic answer holds for the /24 or /48", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"198.51.100.0/24", "198.51.100.0/24/24"},
      {"198.51.0.0/16", "198.51.0.0/16/24"},
      {"198.51.100.77/32", "198.51.100.77/32/24"},
      {"0.0.0.0/0", "0.0.0.0/0/24"},
      {"2001:db8:7::/48", "2001:db8:7::/48/48"},
      {"2001:db8:7:ff00::/56", "2001:db8:7:ff00::/56/48"},
      {"2001:db8:7::1/128", "2001:db8:7::1/128/48"},
      {"2001:db8::/32", "2001:db8::/32/48"},
  };
  for (const auto& [sent, received] : cases) {
    for (const char* type : {"A", "AAAA"}) {
      const DnsReply reply = deployment.Ask(
          {.name = "files.example.org", .type = type, .subnet = sent});
      INFO(sent << " " << type);
      CHECK(reply.answer.size() == 1);
      CHECK(reply.subnet == received);
    }
  }
}

TEMPLATE_TEST_CASE("a static answer holds for everybody", "", EVERY_MODE) {
  Deployment deployment(TestType::Get());
  for (const char* name : {"www.example.org", "mail.example.org"}) {
    CHECK(deployment.Ask({.name = name, .subnet = "198.51.100.0/24"}).subnet ==
          "198.51.100.0/24/0");
  }
}

TEMPLATE_TEST_CASE("a subnet of no bits goes by the resolver's address", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  for (int i = 0; i < 30; ++i) {
    const std::string source = "127.9." + std::to_string(i) + ".1";
    const std::string group =
        deployment.Group({.name = "files.example.org", .source = source});
    INFO(source << " is on " << group);
    CHECK(deployment.Group({.name = "files.example.org",
                            .subnet = "0.0.0.0/0",
                            .source = source}) == group);
  }
}

}  // namespace
}  // namespace groupring::testing
