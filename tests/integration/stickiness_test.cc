// A client's subnet stays on its group, however it is said to PowerDNS.
#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

constexpr int kSubnets = 200;

// A hash that puts everybody on one group is sticky, too.
void CheckAllGroupsServe(const Mapping& mapping) {
  const auto clients = ClientsPerGroup(mapping);
  CHECK(mapping.size() == kSubnets);
  CHECK(clients.size() == 3);
  for (const auto& [group, count] : clients) {
    INFO(group << " serves " << count << " of " << kSubnets);
    CHECK(count >= kSubnets / 5);
  }
}

TEMPLATE_TEST_CASE("each of 200 IPv4 /24s in ECS stays on its group", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const Mapping first = deployment.GroupsOfSubnets4(kSubnets);
  CheckAllGroupsServe(first);
  for (int i = 0; i < kSubnets; ++i) {
    const std::string network = Subnet4(i).substr(0, Subnet4(i).rfind('.'));
    const std::string& group = first.at(Subnet4(i));
    INFO(network << ".0/24 is on " << group);
    for (const char* client : {".0/24", ".7/32", ".200/31", ".128/25"}) {
      CHECK(deployment.Group({.name = "files.example.org",
                              .subnet = network + client}) == group);
    }
  }
}

TEMPLATE_TEST_CASE("each of 200 IPv6 /48s in ECS stays on its group", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const Mapping first = deployment.GroupsOfSubnets6(kSubnets);
  CheckAllGroupsServe(first);
  for (int i = 0; i < kSubnets; ++i) {
    const std::string network = Subnet6(i).substr(0, Subnet6(i).rfind("::"));
    const std::string& group = first.at(Subnet6(i));
    INFO(network << "::/48 is on " << group);
    for (const char* client : {"::/48", ":ff00::/56", ":1:2:3:4:5/128"}) {
      CHECK(deployment.Group({.name = "files.example.org",
                              .type = "AAAA",
                              .subnet = network + client}) == group);
    }
  }
}

TEMPLATE_TEST_CASE("each of 200 IPv4 /24s asking itself stays on its group", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  Mapping first;
  for (int i = 0; i < kSubnets; ++i) {
    const std::string network = "127.9." + std::to_string(i);
    const std::string group = deployment.Group(
        {.name = "files.example.org", .source = network + ".1"});
    first[network] = group;
    INFO(network << ".0/24 is on " << group);
    CHECK(deployment.Group({.name = "files.example.org",
                            .source = network + ".254"}) == group);
    CHECK(deployment.Group({.name = "files.example.org",
                            .type = "AAAA",
                            .source = network + ".99"}) == group);
    // The same subnet in ECS, through a resolver elsewhere.
    CHECK(deployment.Group({.name = "files.example.org",
                            .subnet = network + ".0/24",
                            .source = "127.77.0.1"}) == group);
  }
  CheckAllGroupsServe(first);
}

TEMPLATE_TEST_CASE("each of 200 IPv6 /48s asking itself stays on its group", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  Mapping first;
  for (int i = 0; i < kSubnets; ++i) {
    const std::string network = Subnet6(i).substr(0, Subnet6(i).rfind("::"));
    const auto group_of = [&](const char* host) {
      return deployment.Group({.name = "files.example.org",
                               .source = PdnsServer::kBalancer,
                               .proxied = network + host});
    };
    const std::string group = group_of("::1");
    first[network] = group;
    INFO(network << "::/48 is on " << group);
    CHECK(group_of(":ffff:1:2:3:4") == group);
    CHECK(deployment.Group(
              {.name = "files.example.org", .subnet = Subnet6(i)}) == group);
  }
  CheckAllGroupsServe(first);
}

TEMPLATE_TEST_CASE("names with the same groups put a client on one group", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  for (int i = 0; i < kSubnets; ++i) {
    const std::string subnet = Subnet4(i);
    const std::string group =
        deployment.Group({.name = "files.example.org", .subnet = subnet});
    INFO(subnet << " is on " << group);
    for (const char* name :
         {"upload.example.org", "ftp.eu.west.example.org", "example.net"}) {
      CHECK(deployment.Group({.name = name, .subnet = subnet}) == group);
    }
  }
}

}  // namespace
}  // namespace groupring::testing
