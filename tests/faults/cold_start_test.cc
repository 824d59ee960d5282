// groupring starts while Redis is away.
#include <filesystem>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/dns_client.h"
#include "tests/support/groupring_server.h"
#include "tests/support/pdns_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/steady_load.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

std::string StateFile(const GroupringSettings& settings) {
  return settings.directory() / "state/dataset.state";
}

// Settings with a state directory that a groupring which saw the sample data
// has left behind; Redis is stopped.
struct Left {
  Left() {
    redis.Run(SampleData(false));
    std::filesystem::create_directory(settings.directory() / "state");
    Process groupring(
        {.argv = {GroupringProgram(), "serve", "--config", settings.file()},
         .log_file = settings.directory() / "first.log"});
    REQUIRE(WaitUntil(
        [&] { return std::filesystem::exists(StateFile(settings)); }));
    REQUIRE(groupring.Stop() == 0);
    redis.Stop();
  }

  RedisServer redis;
  GroupringSettings settings{redis.url()};
};

TEST_CASE("cold start: the state file answers, and Redis takes over") {
  Left left;
  Process groupring(
      {.argv = {GroupringProgram(), "serve", "--config", left.settings.file()},
       .log_file = left.settings.directory() / "second.log"});
  REQUIRE(WaitUntil([&] { return HasLoaded(left.settings); }));
  PdnsServer pdns("remote-unix.conf", left.settings);
  SteadyLoad load(pdns.port());
  load.Await(500);
  CHECK(groupring.Log().find("that were saved at") != std::string::npos);

  load.ExpectEither({}, {"alpha"});
  left.redis.Start();
  left.redis.Run("HSET alpha:STATE state disabled");
  DnsClient dns(pdns.port());
  CHECK(WaitUntil([&] {
    for (int i = 0; i < 50; ++i) {
      const DnsReply reply =
          dns.Ask({.name = "files.example.org",
                   .subnet = "192.0." + std::to_string(i) + ".0/24"});
      if (reply.Data("A").size() != 1) return false;
      if (GroupOf(reply.Data("A")[0]) == "alpha") return false;
    }
    return true;
  }));
  load.Expect({"alpha"});
  load.Await(500);
  const LoadReport report = load.Stop();
  INFO(report.Text());
  CHECK(report.Flawless());
}

TEST_CASE(
    "cold start: a torn state file is refused with a reason, and Redis heals") {
  Left left;
  const std::string file = StateFile(left.settings);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  Process groupring(
      {.argv = {GroupringProgram(), "serve", "--config", left.settings.file()},
       .log_file = left.settings.directory() / "second.log"});
  REQUIRE(WaitUntil(
      [&] { return groupring.Log().find("it is torn") != std::string::npos; }));
  left.redis.Start();
  REQUIRE(WaitUntil([&] { return HasLoaded(left.settings); }));
  PdnsServer pdns("remote-unix.conf", left.settings);
  SteadyLoad load(pdns.port());
  load.Await(500);
  CHECK(load.Stop().Flawless());
}

}  // namespace
}  // namespace groupring::testing
