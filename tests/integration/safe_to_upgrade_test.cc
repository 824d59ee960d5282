// "safe to upgrade now", with name servers that are asked through DNS.
#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/command_runner.h"
#include "tests/support/free_port.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// Every answer may be kept for a second.
constexpr const char* kShortTtls =
    "HSET files.example.org:CONFIG TTL 1\n"
    "HSET upload.example.org:CONFIG TTL 1\n"
    "HSET ftp.eu.west.example.org:CONFIG TTL 1\n"
    "HSET example.net:CONFIG TTL 1\n";

std::string At(uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

bool Contains(const std::string& text, const std::string& part) {
  INFO("expected: " << part << "\nin: " << text);
  const bool contains = text.find(part) != std::string::npos;
  CHECK(contains);
  return contains;
}

TEST_CASE("coprocesses are nodes that are waited for, and stay listed") {
  for (const Mode& mode : {RemotePipe::Get(), PipeAbi::Get()}) {
    CAPTURE(mode.file);
    Deployment deployment(mode, kShortTtls);
    deployment.Ask({.name = "files.example.org"});
    const CommandRunner ana(deployment.redis().url());
    REQUIRE(WaitUntil([&] {
      return ana.Run({"nodes"}).output.find("coprocess  up to date") !=
             std::string::npos;
    }));
    const CommandResult waited =
        ana.Run({"group", "disable", "bravo", "--wait"});
    INFO(waited.output << waited.errors);
    CHECK(waited.status == 0);
    CHECK(waited.output.find("not yet") == std::string::npos);
    deployment.pdns().Control({"quit"});
    CHECK(deployment.pdns().process().Wait() == 0);
    CHECK(WaitUntil([&] {
      return ana.Run({"nodes"}).output.find("coprocess  stopped") !=
             std::string::npos;
    }));
  }
}

TEST_CASE("name servers that no longer answer the group make it safe") {
  Deployment deployment(RemoteUnix::Get(), kShortTtls);
  const CommandRunner ana(deployment.redis().url());
  const CommandResult result =
      ana.Run({"group", "disable", "bravo", "--wait=expired", "--timeout",
               "20s", "--dns", At(deployment.port())});
  INFO(result.output << result.errors);
  CHECK(result.status == 0);
  Contains(result.output, "safe to upgrade now");
}

TEST_CASE("a name server that follows another Redis is found out through DNS") {
  Deployment deployment(RemoteUnix::Get(), kShortTtls);
  // Its node reports elsewhere, so no list has it.
  Deployment stranger(RemoteUnix::Get());
  deployment.redis().Run("SADD groupring:nameservers " + At(stranger.port()) +
                         "\n");
  const CommandRunner ana(deployment.redis().url());
  const CommandResult result = ana.Run(
      {"group", "disable", "bravo", "--wait=expired", "--timeout", "1s"});
  INFO(result.output << result.errors);
  CHECK(result.status == 5);
  CHECK(result.output.find("safe to upgrade now") == std::string::npos);
  Contains(result.errors,
           "the name server " + At(stranger.port()) + " still answers bravo: ");
}

TEST_CASE("a name server that does not answer is no proof") {
  Deployment deployment(RemoteUnix::Get(), kShortTtls);
  const FreePort nobody;
  const CommandRunner ana(deployment.redis().url());
  const CommandResult result =
      ana.Run({"group", "disable", "bravo", "--wait=expired", "--timeout", "1s",
               "--dns", At(nobody.number())});
  INFO(result.output << result.errors);
  CHECK(result.status == 5);
  Contains(result.errors,
           "the name server " + At(nobody.number()) + " could not be asked: ");
}

}  // namespace
}  // namespace groupring::testing
