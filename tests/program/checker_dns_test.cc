// Proxies that die and come back, as those see it who ask PowerDNS.
#include <cstdint>
#include <set>
#include <string>

#include "tests/program/checker_stage.h"
#include "tests/support/catch.h"
#include "tests/support/dns_client.h"
#include "tests/support/groupring_server.h"
#include "tests/support/pdns_server.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

using Addresses = std::set<std::string>;

// What clients of many networks are answered; "SERVFAIL" and the like for a
// question that fails.
Addresses Answers(DnsClient* dns) {
  Addresses all;
  for (int i = 0; i < 60; ++i) {
    const DnsReply reply =
        dns->Ask({.name = "name.example",
                  .subnet = "198.18." + std::to_string(i) + ".0/24"});
    if (reply.status != "NOERROR" || reply.Data("A").empty()) {
      all.insert(reply.status);
    }
    for (const std::string& address : reply.Data("A")) all.insert(address);
  }
  return all;
}

TEST_CASE("a proxy that dies leaves the answers of DNS, and comes back") {
  CheckerStage stage;
  stage.Redis(
      "HSET example:CONFIG SOA \"ns1.example. hostmaster.example. 1 3600 600 "
      "604800 60\" NS ns1.example\n"
      "SADD g1:A 127.0.1.1 127.0.1.2\nSADD g2:A 127.0.2.1\n");
  LoopbackServer first("127.0.1.1", stage.port());
  LoopbackServer second("127.0.1.2", stage.port());
  LoopbackServer third("127.0.2.1", stage.port());
  const GroupringServer serve(RedisUsers::Url("node", stage.redis()));
  PdnsServer pdns("remote-unix.conf", serve.settings(),
                  {"--cache-ttl=0", "--query-cache-ttl=0"});
  DnsClient dns(pdns.port());
  const RunningChecker checker(stage, "c1");
  const Addresses all = {"127.0.1.1", "127.0.1.2", "127.0.2.1"};
  const auto answered = [&](const Addresses& expected) {
    return WaitUntil([&] { return Answers(&dns) == expected; });
  };
  REQUIRE(answered(all));

  first.Close();
  CHECK(answered({"127.0.1.2", "127.0.2.1"}));
  // The clients of the group go to the other one.
  second.Close();
  CHECK(answered({"127.0.2.1"}));
  // What was withheld stays so while Redis is away.
  stage.redis().Stop();
  CHECK(Answers(&dns) == Addresses{"127.0.2.1"});
  stage.redis().Start();
  first.Open();
  second.Open();
  CHECK(answered(all));
  // When nothing is up, health is ignored: answers go on.
  for (LoopbackServer* server : {&first, &second, &third}) server->Close();
  REQUIRE(stage.Says("c1", "g1", "127.0.1.1", "down"));
  REQUIRE(stage.Says("c1", "g2", "127.0.2.1", "down"));
  CHECK(answered(all));
}

int64_t RedisSeconds(CheckerStage* stage) {
  return std::stoll(stage->Redis("TIME"));
}

// Unix seconds since which the verdict stands, as the checker wrote it.
int64_t SinceSeconds(const std::string& verdict) {
  const size_t at = verdict.find("since=");
  REQUIRE(at != std::string::npos);
  return std::stoll(verdict.substr(at + 6)) / 1000;
}

TEST_CASE("checkers whose clocks are off by ten minutes change no answer") {
  CheckerStage stage;
  stage.Redis(
      "HSET example:CONFIG SOA \"ns1.example. hostmaster.example. 1 3600 600 "
      "604800 60\" NS ns1.example\n"
      "SADD g1:A 127.0.1.1 127.0.1.2\nSADD g2:A 127.0.2.1\n");
  LoopbackServer first("127.0.1.1", stage.port());
  const LoopbackServer second("127.0.1.2", stage.port());
  const LoopbackServer third("127.0.2.1", stage.port());
  const GroupringServer serve(RedisUsers::Url("node", stage.redis()));
  PdnsServer pdns("remote-unix.conf", serve.settings(),
                  {"--cache-ttl=0", "--query-cache-ttl=0"});
  DnsClient dns(pdns.port());
  const Addresses all = {"127.0.1.1", "127.0.1.2", "127.0.2.1"};
  const int64_t before = RedisSeconds(&stage);
  const RunningChecker right(stage, "c1");
  const RunningChecker ahead(stage, "c2", "", "+10m");
  const RunningChecker behind(stage, "c3", "", "-10m");
  for (const char* id : {"c1", "c2", "c3"}) {
    CAPTURE(id);
    REQUIRE(stage.Says(id, "g1", "127.0.1.1", "up"));
    REQUIRE(stage.Says(id, "g2", "127.0.2.1", "up"));
    const int64_t since = SinceSeconds(stage.Verdict(id, "g1", "127.0.1.1"));
    CHECK(since >= before);
    CHECK(since <= RedisSeconds(&stage));
  }
  CHECK(Answers(&dns) == all);
  // Their votes count as those of others: two of three are more than half.
  first.Close();
  CHECK(WaitUntil([&] {
    return Answers(&dns) == Addresses{"127.0.1.2", "127.0.2.1"};
  }));
  first.Open();
  CHECK(WaitUntil([&] { return Answers(&dns) == all; }));
}

}  // namespace
}  // namespace groupring::testing
