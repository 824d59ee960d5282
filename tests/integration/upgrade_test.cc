// A group is upgraded under load: out of service, down, back.
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/caching_resolver.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/command_runner.h"
#include "tests/support/groupring_server.h"
#include "tests/support/pdns_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"

namespace groupring::testing {
namespace {

constexpr int kClients = 80;

constexpr const char* kShortTtl =
    "HSET files.example.org:CONFIG TTL 2\n"
    "HSET upload.example.org:CONFIG TTL 1\n"
    "HSET ftp.eu.west.example.org:CONFIG TTL 1\n"
    "HSET example.net:CONFIG TTL 1\n";

// A name server of the service: groupring and PowerDNS on one host.
struct NameServer {
  NameServer(const std::string& redis_url, const std::string& name)
      : groupring(redis_url, "[node]\nname = \"" + name + "\"\n"),
        pdns(RemoteUnix::Get().file, groupring.settings()) {}
  GroupringServer groupring;
  PdnsServer pdns;
};

void CheckNoFault(const CachingResolver& resolver) {
  const Sightings seen = resolver.Seen();
  for (const std::string& fault : seen.faults) UNSCOPED_INFO(fault);
  CAPTURE(seen.queries, seen.laps);
  CHECK(seen.failures == 0);
  CHECK(seen.down == 0);
  CHECK(seen.moved == 0);
  CHECK(seen.flapped == 0);
  CHECK(seen.faults.empty());
}

// Runs all of it, taking bravo out with these words.
void Rehearse(const std::vector<std::string>& take_out) {
  RedisServer redis;
  redis.Run(SampleData(false) + kShortTtl);
  NameServer ns1(redis.url(), "ns1");
  NameServer ns2(redis.url(), "ns2");
  const CommandRunner ana(redis.url());
  std::atomic<Servers> servers{Servers::kUp};
  CachingResolver first(ns1.pdns.port(), kClients, "bravo", &servers);
  CachingResolver second(ns2.pdns.port(), kClients, "bravo", &servers);
  const auto laps = [&] { return first.WaitForLap() && second.WaitForLap(); };
  const auto homes = first.ClientsPerHome();
  REQUIRE(homes.size() == 3);
  REQUIRE(second.ClientsPerHome() == homes);
  REQUIRE(laps());

  const CommandResult out = ana.Run(take_out);
  INFO(out.output << out.errors);
  REQUIRE(out.status == 0);
  CHECK(out.output.find("applied on 2 of 2 nodes: ns1 ns2\n") !=
        std::string::npos);
  REQUIRE(out.output.find("safe to upgrade now") != std::string::npos);
  servers = Servers::kDown;
  REQUIRE(laps());
  CHECK(first.Seen().away_now == homes.at("bravo"));
  CHECK(second.Seen().away_now == homes.at("bravo"));

  servers = Servers::kUpAgain;
  const CommandResult back = ana.Run({"group", "enable", "bravo", "--wait"});
  INFO(back.output << back.errors);
  REQUIRE(back.status == 0);
  REQUIRE(laps());
  for (const CachingResolver* resolver : {&first, &second}) {
    CheckNoFault(*resolver);
    // Each client of bravo was elsewhere, and is back.
    CHECK(resolver->Seen().ever_away == homes.at("bravo"));
    CHECK(resolver->Seen().away_now == 0);
  }
}

TEST_CASE("an upgrade under load fails no query and moves nobody else") {
  Rehearse({"group", "disable", "bravo", "--reason", "kernel upgrade",
            "--wait=expired"});
}

TEST_CASE("an upgrade after a drain under load does neither") {
  Rehearse({"group", "drain", "bravo", "--over", "4s", "--reason",
            "kernel upgrade", "--wait=expired"});
}

}  // namespace
}  // namespace groupring::testing
