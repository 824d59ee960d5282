// The same through dig, as an operator looks at it.
#include "tests/support/dig.h"

#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/sample_data.h"

namespace groupring::testing {
namespace {

// Without the newline.
std::string Short(uint16_t port, std::vector<std::string> arguments) {
  arguments.push_back("+short");
  const std::string output = Dig(port, arguments);
  return output.substr(0, output.find('\n'));
}

TEMPLATE_TEST_CASE("dig sees groups, scope and families", "", EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const uint16_t port = deployment.port();
  for (const char* subnet : {"198.51.100.0/24", "203.0.113.0/24",
                             "2001:db8:77::/48", "192.0.2.0/24"}) {
    const std::string option = "+subnet=" + std::string(subnet);
    const std::string group =
        GroupOf(Short(port, {option, "files.example.org", "A"}));
    INFO(subnet << " is on " << group);
    CHECK_FALSE(group.empty());
    CHECK(GroupOf(Short(port, {option, "files.example.org", "AAAA"})) == group);
    CHECK(GroupOf(Short(port, {option, "+tcp", "files.example.org", "A"})) ==
          group);
    CHECK(GroupOf(Short(port, {option, "FILES.example.ORG", "A"})) == group);
  }
  CHECK(Dig(port, {"+subnet=198.51.0.0/16", "files.example.org"})
            .find("CLIENT-SUBNET: 198.51.0.0/16/24") != std::string::npos);
  CHECK(Dig(port, {"+subnet=2001:db8:77::/48", "files.example.org", "AAAA"})
            .find("CLIENT-SUBNET: 2001:db8:77::/48/48") != std::string::npos);
  CHECK(Dig(port, {"nosuch.example.org"}).find("status: NXDOMAIN") !=
        std::string::npos);
  CHECK(Short(port, {"example.org", "MX"}) == "10 mail.example.org.");
  CHECK(Short(port, {"example.org", "SOA"}).starts_with("ns1.example.org. "));
}

}  // namespace
}  // namespace groupring::testing
