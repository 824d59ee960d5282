// Groups leave and return while PowerDNS answers.
#include <string>
#include <string_view>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kSubnets = 100;

bool Serves(const Mapping& mapping, const std::string& group) {
  return ClientsPerGroup(mapping).contains(group);
}

TEMPLATE_TEST_CASE("disabling a group moves its clients only", "", EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const Mapping before = deployment.GroupsOfSubnets4(kSubnets);

  deployment.redis().Run("HSET bravo:STATE state disabled");
  Mapping during;
  REQUIRE(WaitUntil([&] {
    during = deployment.GroupsOfSubnets4(kSubnets);
    return !Serves(during, "bravo");
  }));
  Mapping moved;
  for (const auto& [subnet, group] : before) {
    INFO(subnet << " was on " << group << ", is on " << during.at(subnet));
    if (group == "bravo") {
      moved[subnet] = during.at(subnet);
    } else {
      CHECK(during.at(subnet) == group);
    }
  }
  // They spread over the others instead of falling on one.
  CHECK(ClientsPerGroup(moved).size() == 2);

  deployment.redis().Run("HSET bravo:STATE state enabled");
  CHECK(WaitUntil(
      [&] { return deployment.GroupsOfSubnets4(kSubnets) == before; }));
}

TEMPLATE_TEST_CASE("a group that loses its addresses loses its clients", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const Mapping before = deployment.GroupsOfSubnets6(kSubnets);
  deployment.redis().Run("DEL charlie:A charlie:AAAA");
  Mapping during;
  REQUIRE(WaitUntil([&] {
    during = deployment.GroupsOfSubnets6(kSubnets);
    return !Serves(during, "charlie");
  }));
  for (const auto& [subnet, group] : before) {
    INFO(subnet << " was on " << group << ", is on " << during.at(subnet));
    if (group != "charlie") CHECK(during.at(subnet) == group);
  }
}

TEMPLATE_TEST_CASE("an address that is taken out is no longer answered", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  deployment.redis().Run(
      "SREM alpha:A 10.1.0.1\nSREM bravo:A 10.2.0.1\nSREM charlie:A 10.3.0.1");
  // Each process of groupring hears of it by itself; 200 answers in a row
  // without one such address come by chance with (2/3)^200.
  const bool gone = WaitUntil([&] {
    for (int i = 0; i < 200; ++i) {
      const auto data =
          deployment.Ask({.name = "files.example.org", .subnet = Subnet4(i)})
              .Data("A");
      REQUIRE(data.size() == 1);
      if (data[0].ends_with(".0.1")) return false;
    }
    return true;
  });
  CHECK(gone);
}

TEMPLATE_TEST_CASE("with every group out clients still get an answer", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const bool by_weight = GENERATE(false, true);
  CAPTURE(by_weight);
  const auto every_answer = [&](auto holds) {
    for (int i = 0; i < kSubnets; ++i) {
      const DnsReply reply =
          deployment.Ask({.name = "files.example.org", .subnet = Subnet4(i)});
      INFO(Subnet4(i));
      REQUIRE(reply.Data("A").size() == 1);
      if (!holds(reply)) return false;
    }
    return true;
  };
  // The TTL, written last, shows that the rest has arrived.
  deployment.redis().Run(
      std::string(
          by_weight
              ? "HSET files.example.org:WEIGHTS alpha 0 bravo 0 charlie 0\n"
              : "HSET alpha:STATE state disabled\n"
                "HSET bravo:STATE state disabled\n"
                "HSET charlie:STATE state disabled\n") +
      "HSET files.example.org:CONFIG TTL 61");
  const bool arrived = WaitUntil([&] {
    return every_answer([](const DnsReply& reply) {
      return reply.answer[0].ttl_seconds == 61;
    });
  });
  CHECK(arrived);
}

}  // namespace
}  // namespace groupring::testing
