// What it means to live inside PowerDNS' process.
#include <csignal>
#include <stdexcept>
#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/dns_client.h"
#include "tests/support/free_port.h"
#include "tests/support/pdns_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

#ifndef GROUPRING_SANITIZED  // see modes.h

namespace groupring::testing {
namespace {

// Of clients named by what is in Redis' list of them.
int Connections(RedisServer* redis) {
  const std::string list = redis->Run("CLIENT LIST TYPE normal");
  int count = 0;
  for (size_t at = 0; (at = list.find("addr=", at)) != std::string::npos;
       ++at) {
    if (list[at - 1] == ' ') ++count;
  }
  return count - 1;  // the one that asks
}

TEST_CASE("embedded: all threads of PowerDNS share two connections to Redis") {
  Deployment deployment(Embedded::Get());
  for (int i = 0; i < 200; ++i) {
    deployment.Ask({.name = "files.example.org", .subnet = Subnet4(i)});
  }
  // The one that follows the keys, and the heartbeat's.
  CHECK(WaitUntil([&] { return Connections(&deployment.redis()) == 2; }));
}

TEST_CASE("embedded: a running PowerDNS is a node that operators see") {
  Deployment deployment(Embedded::Get());
  deployment.Ask({.name = "files.example.org"});
  CHECK(WaitUntil([&] {
    return deployment.redis().Run("EXISTS groupring:nodes").starts_with("1");
  }));
}

TEST_CASE("embedded: PowerDNS shows pages and metrics where that is set") {
  RedisServer redis;
  redis.Run(SampleData(false));
  const FreePort pages;
  const std::string at = "127.0.0.1:" + std::to_string(pages.number());
  const GroupringSettings settings(redis.url(),
                                   "[embedded]\nhttp = \"" + at + "\"\n");
  // Each question reaches groupring.
  const PdnsServer pdns("embedded.conf", settings,
                        {"--cache-ttl=0", "--query-cache-ttl=0"});
  const auto get = [&](const std::string& path) {
    return RunCommand({"curl", "-sS", "--fail", "http://" + at + path}).output;
  };
  DnsClient client(pdns.port());
  REQUIRE(client.Ask({.name = "files.example.org"}).answer.size() > 0);
  REQUIRE(WaitUntil([&] { return get("/livez") == "ok\n"; }));
  const auto answered = [&] {
    const std::string text = get("/metrics");
    const std::string series =
        "groupring_queries_total{transport=\"embedded\",method=\"lookup\","
        "result=\"answered\"} ";
    const size_t begin = text.find(series);
    REQUIRE(begin != std::string::npos);
    return std::stod(text.substr(begin + series.size()));
  };
  const double before = answered();
  for (int i = 0; i < 100; ++i) {
    client.Ask({.name = "files.example.org", .subnet = Subnet4(i)});
  }
  CHECK(answered() >= before + 100);
  const std::string text = get("/metrics");
  CHECK(text.find("groupring_answer_seconds_count{transport=\"embedded\"}") !=
        std::string::npos);
  CHECK(get("/api/v1/status").find("\"zones\": 2") != std::string::npos);
  CHECK(get("/").find("<h2>Groups</h2>") != std::string::npos);
  // Nothing is asked there as PowerDNS asks.
  CHECK(get("/dns/lookup/files.example.org./ANY").empty());
}

TEST_CASE(
    "embedded: where pages cannot be shown, PowerDNS answers all the same, and "
    "they come when the address is free") {
  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringServer other(redis.url());
  const std::string at =
      "127.0.0.1:" + std::to_string(other.settings().http_port());
  const GroupringSettings settings(redis.url(),
                                   "[embedded]\nhttp = \"" + at + "\"\n");
  PdnsServer pdns("embedded.conf", settings, {"--cache-ttl=0"});
  DnsClient client(pdns.port());
  CHECK(client.Ask({.name = "files.example.org"}).answer.size() > 0);
  CHECK(WaitUntil([&] {
    return pdns.process().Log().find("[embedded] http: ") != std::string::npos;
  }));
  CHECK(other.process().Stop() == 0);
  CHECK(WaitUntil([&] {
    return RunCommand({"curl", "-sS", "http://" + at + "/metrics"})
               .output.find("transport=\"embedded\"") != std::string::npos;
  }));
}

TEST_CASE("embedded: PowerDNS ends when it is told to") {
  Deployment deployment(Embedded::Get());
  deployment.Ask({.name = "files.example.org"});
  Process& process = deployment.pdns().process();
  SECTION("by its control socket") {
    deployment.pdns().Control({"quit"});
    CHECK(process.Wait() == 0);
  }
  SECTION("by SIGTERM, which it does not catch") {
    process.Signal(SIGTERM);
    CHECK(process.Wait() == 128 + SIGTERM);
  }
}

TEST_CASE("embedded: PowerDNS does not start with wrong settings, and why") {
  GroupringSettings settings("gopher://nowhere");
  try {
    const PdnsServer pdns("embedded.conf", settings);
    FAIL("it started");
  } catch (const std::runtime_error& error) {
    const std::string log = error.what();
    INFO(log);
    CHECK(log.find("[redis] url: ") != std::string::npos);
  }
}

}  // namespace
}  // namespace groupring::testing

#endif  // GROUPRING_SANITIZED
