// groupring is replaced while PowerDNS answers.
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/dnsperf.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kSubnets = 300;
constexpr int kQueriesPerSecond = 3000;

// How often; more than the usual few takes GROUPRING_REPLACEMENTS=20.
int Replacements() {
  const char* const wanted = std::getenv("GROUPRING_REPLACEMENTS");
  return wanted == nullptr ? 3 : std::atoi(wanted);
}

TEMPLATE_TEST_CASE("replacing groupring under load fails no query", "",
                   RemoteUnix, RemoteHttp, PipeUnix) {
  Deployment deployment(TestType::Get());
  const Mapping before = deployment.GroupsOfSubnets4(kSubnets);
  Dnsperf load(deployment.port(),
               {"files.example.org A", "files.example.org AAAA",
                "upload.example.org A", "example.org SOA"},
               kQueriesPerSecond);
  for (int i = 0; i < Replacements(); ++i) {
    const CommandResult replaced = deployment.groupring().Replace();
    INFO(replaced.errors << deployment.groupring().process().Log());
    REQUIRE(replaced.status == 0);
    CHECK(deployment.GroupsOfSubnets4(kSubnets) == before);
  }
  const Dnsperf::Result result = load.Stop();
  INFO(result.report << deployment.groupring().process().Log());
  WARN(result.sent << " queries, " << result.no_error << " NOERROR, "
                   << Replacements() << " replacements");
  // dnsperf does not wait for those on their way when it is stopped.
  CHECK(result.no_error == result.completed);
  CHECK(result.sent - result.completed <= 100);
  CHECK(result.report.find("timeout") == std::string::npos);
  CHECK(result.completed > 100);
}

}  // namespace
}  // namespace groupring::testing
