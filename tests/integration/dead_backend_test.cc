// What PowerDNS does when groupring dies and is started again.
#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

// More than PowerDNS has connections.
constexpr int kQuestions = 100;

int Failures(Deployment* deployment) {
  int failures = 0;
  for (int i = 0; i < kQuestions; ++i) {
    const DnsReply reply =
        deployment->Ask({.name = "files.example.org", .subnet = Subnet4(i)});
    if (reply.status == "SERVFAIL") ++failures;
  }
  return failures;
}

TEST_CASE("remote-unix: PowerDNS comes back to a groupring that died") {
  Deployment deployment(RemoteUnix::Get());
  CHECK(Failures(&deployment) == 0);
  deployment.groupring().Kill();
  deployment.groupring().StartAgain();
  Failures(&deployment);  // once for each connection
  CHECK(Failures(&deployment) == 0);
}

// The pages say so where the mode is chosen. Should a later PowerDNS do better
// they can say that.
TEST_CASE("pipe-unix: PowerDNS does not come back to a groupring that died") {
  Deployment deployment(PipeUnix::Get());
  CHECK(Failures(&deployment) == 0);
  // A replacement keeps the connections.
  REQUIRE(deployment.groupring().Replace().status == 0);
  CHECK(Failures(&deployment) == 0);
  deployment.groupring().Kill();
  deployment.groupring().StartAgain();
  Failures(&deployment);
  CHECK(Failures(&deployment) == kQuestions);
}

}  // namespace
}  // namespace groupring::testing
