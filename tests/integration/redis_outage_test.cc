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

  // The connection is opened again: what is written now takes effect.
  deployment.redis().Run("HSET alpha:STATE state disabled");
  CHECK(WaitUntil([&] {
    return !ClientsPerGroup(deployment.GroupsOfSubnets4(kSubnets))
                .contains("alpha");
  }));
  deployment.redis().Run("DEL alpha:STATE");
  CHECK(WaitUntil(
      [&] { return deployment.GroupsOfSubnets4(kSubnets) == before; }));
}

TEMPLATE_TEST_CASE("a right that is taken away changes no client's group", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get(),
                        "HSET alpha:STATE state disabled reason upgrade\n");
  const Mapping before = deployment.GroupsOfSubnets4(kSubnets);
  CHECK_FALSE(ClientsPerGroup(before).contains("alpha"));
  deployment.redis().Run(
      "ACL SETUSER groupring-node -hgetall -smembers -hscan -sscan\n"
      // Of other keys than those that are read again now and then: each
      // write is announced, and then refused.
      "HSET alpha:STATE by ana\nHSET files.example.org:CONFIG TTL 60\n"
      "SADD bravo:A 10.2.0.9\nHSET files.example.org:WEIGHTS bravo 100");
  for (int round = 0; round < 5; ++round) {
    CHECK(deployment.GroupsOfSubnets4(kSubnets) == before);
  }
  deployment.redis().Run(
      "ACL SETUSER groupring-node +hgetall +smembers +hscan +sscan\n"
      "DEL alpha:STATE");
  CHECK(WaitUntil([&] {
    return ClientsPerGroup(deployment.GroupsOfSubnets4(kSubnets))
        .contains("alpha");
  }));
}

}  // namespace
}  // namespace groupring::testing
