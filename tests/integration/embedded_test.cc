// What it means to live inside PowerDNS' process.
#include <csignal>
#include <stdexcept>
#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"
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
