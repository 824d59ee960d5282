// Redis leaves and returns while PowerDNS answers.
#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kSubnets = 60;

TEMPLATE_TEST_CASE("a restart of Redis changes no client's group", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const Mapping before = deployment.GroupsOfSubnets4(kSubnets);
  deployment.redis().Stop();
  CHECK(deployment.GroupsOfSubnets4(kSubnets) == before);
  deployment.redis().Start();
  CHECK(deployment.GroupsOfSubnets4(kSubnets) == before);

  // The connection is made anew: what is written now takes effect.
  deployment.redis().Run("HSET alpha:STATE state disabled");
  CHECK(WaitUntil([&] {
    return !ClientsPerGroup(deployment.GroupsOfSubnets4(kSubnets))
                .contains("alpha");
  }));
  deployment.redis().Run("DEL alpha:STATE");
  CHECK(WaitUntil(
      [&] { return deployment.GroupsOfSubnets4(kSubnets) == before; }));
}

}  // namespace
}  // namespace groupring::testing
