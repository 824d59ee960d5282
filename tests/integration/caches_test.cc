// PowerDNS' caches keep what is the same for everybody and nothing else.
#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEMPLATE_TEST_CASE("a client's answer is not kept for the next client", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  // Interleaved, so that an answer kept from any client would be given to one
  // of another group; without ECS, as then all ask with the same bytes.
  const Mapping alone = [&] {
    Mapping groups;
    for (int i = 0; i < 60; ++i) {
      const std::string source = "127.9." + std::to_string(i) + ".1";
      groups[source] =
          deployment.Group({.name = "files.example.org", .source = source});
    }
    return groups;
  }();
  CHECK(ClientsPerGroup(alone).size() == 3);
  for (int round = 0; round < 3; ++round) {
    for (const auto& [source, group] : alone) {
      INFO(source << " is on " << group);
      CHECK(deployment.Group({.name = "files.example.org", .source = source}) ==
            group);
    }
  }
}

TEMPLATE_TEST_CASE("NODATA for one client does not empty another's answer", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  for (const char* name : {"files.example.org", "example.net"}) {
    CHECK(deployment.Ask({.name = name, .type = "TXT"}).answer.empty());
    CHECK(deployment
              .Ask({.name = name, .type = "MX", .subnet = "198.51.100.0/24"})
              .answer.empty());
    CHECK(deployment.Ask({.name = name}).answer.size() == 1);
    CHECK(deployment
              .Ask({.name = name,
                    .type = "AAAA",
                    .subnet = "198.51.100.0/24",
                    .source = "127.9.9.9"})
              .answer.size() == 1);
  }
}

// The counter of PowerDNS' packet cache.
int PacketCacheHits(Deployment& deployment) {
  return std::stoi(deployment.pdns().Control({"show", "packetcache-hit"}));
}

TEMPLATE_TEST_CASE("static answers come from the caches, dynamic ones never",
                   "", EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const auto hits_of_ten = [&](const char* name) {
    const int before = PacketCacheHits(deployment);
    for (int i = 0; i < 10; ++i) deployment.Ask({.name = name});
    return PacketCacheHits(deployment) - before;
  };
  CHECK(hits_of_ten("files.example.org") == 0);
  CHECK(hits_of_ten("example.net") == 0);
  CHECK(hits_of_ten("www.example.org") == 9);
}

}  // namespace
}  // namespace groupring::testing
