// Redis loses everything: answers go on until the data returns, or until the
// operator says that the loss is meant.
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/redis_users.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kSubnets = 40;

CommandResult Groupring(const Deployment& deployment,
                        std::vector<std::string> arguments) {
  const bool looks = arguments[0] == "doctor" || arguments[0] == "nodes" ||
                     arguments[0] == "status" || arguments.back() == "show";
  arguments.insert(arguments.begin(), GroupringProgram());
  arguments.insert(arguments.end(),
                   {"--config", looks ? deployment.reader_settings().file()
                                      : deployment.operator_settings().file()});
  const CommandResult result = RunCommand(arguments);
  CHECK_FALSE(RedisUsers::Betrays(result.output + result.errors));
  return result;
}

bool Says(const CommandResult& result, const std::string& text) {
  return (result.output + result.errors).find(text) != std::string::npos;
}

// The node tells of its doubt with its next heartbeat.
bool WaitUntilDoubted(const Deployment& deployment) {
  return WaitUntil([&] {
    return Says(Groupring(deployment, {"snapshot", "show"}), "doubted  ");
  });
}

std::string Readyz(const Deployment& deployment) {
  return RunCommand({"curl", "-s",
                     "http://127.0.0.1:" +
                         std::to_string(deployment.settings().http_port()) +
                         "/readyz"})
      .output;
}

TEST_CASE("a flush changes no answer until it is accepted, then all") {
  // The static zone stays with PowerDNS: what is gone is known to be gone.
  Deployment deployment(
      BindRemote::Get(), "",
      {"--cache-ttl=0", "--query-cache-ttl=0", "--negquery-cache-ttl=0"});
  const Mapping before = deployment.GroupsOfSubnets4(kSubnets);
  CHECK(Readyz(deployment) == "ok\n");
  CHECK(Says(Groupring(deployment, {"snapshot", "accept"}), "unchanged"));

  deployment.redis().Run("FLUSHALL");
  REQUIRE(WaitUntilDoubted(deployment));
  CHECK(deployment.GroupsOfSubnets4(kSubnets) == before);
  for (const char* command : {"status", "nodes", "doctor"}) {
    CAPTURE(command);
    CHECK(Says(Groupring(deployment, {command}), "groupring snapshot accept"));
  }
  CHECK(Groupring(deployment, {"doctor"}).status == 1);
  CHECK(Readyz(deployment).find("groupring snapshot accept") !=
        std::string::npos);

  const CommandResult accepted = Groupring(
      deployment, {"snapshot", "accept", "--reason", "moved away", "--wait"});
  INFO(accepted.output << accepted.errors);
  CHECK(accepted.status == 0);
  CHECK(Says(accepted, "applied on 1 of 1 node"));
  CHECK(deployment.Ask({.name = "files.example.org"}).status == "NXDOMAIN");
  CHECK(Says(Groupring(deployment, {"snapshot", "show"}), "moved away"));
  CHECK(Says(Groupring(deployment, {"audit"}), "snapshot accept"));

  CHECK_FALSE(RedisUsers::Betrays(deployment.Log()));

  // Accepting is undone by the data.
  deployment.redis().Run(SampleData(true));
  CHECK(WaitUntil(
      [&] { return deployment.GroupsOfSubnets4(kSubnets) == before; }));
}

TEST_CASE("data that returns after a flush is answered from as ever") {
  Deployment deployment(RemoteUnix::Get());
  const Mapping before = deployment.GroupsOfSubnets4(kSubnets);
  deployment.redis().Run("FLUSHALL");
  REQUIRE(WaitUntilDoubted(deployment));
  CHECK(deployment.GroupsOfSubnets4(kSubnets) == before);
  deployment.redis().Run(SampleData(false));
  REQUIRE(WaitUntil([&] {
    return Says(Groupring(deployment, {"snapshot", "show"}), "live  ");
  }));
  CHECK(deployment.GroupsOfSubnets4(kSubnets) == before);
  deployment.redis().Run("HSET alpha:STATE state disabled");
  CHECK(WaitUntil([&] {
    return !ClientsPerGroup(deployment.GroupsOfSubnets4(kSubnets))
                .contains("alpha");
  }));
}

// The lines of the sample data that write keys which end so.
std::string Lines(const std::vector<std::string>& suffixes) {
  std::istringstream all(SampleData(false));
  std::string lines;
  for (std::string line; std::getline(all, line);) {
    const size_t begin = line.find(' ') + 1;
    const std::string key = line.substr(begin, line.find(' ', begin) - begin);
    for (const std::string& suffix : suffixes) {
      if (key.ends_with(suffix)) lines += line + "\n";
    }
  }
  return lines;
}

TEST_CASE(
    "data that is restored by half is believed with names and addresses") {
  Deployment deployment(RemoteUnix::Get());
  const Mapping before = deployment.GroupsOfSubnets4(kSubnets);
  deployment.redis().Run("FLUSHALL");
  REQUIRE(WaitUntilDoubted(deployment));
  const auto status_says = [&](const std::string& text) {
    return WaitUntil(
        [&] { return Says(Groupring(deployment, {"status"}), text); });
  };
  CHECK(status_says(" of what was known 0 of "));

  // Names with their groups, as a script might restore them first.
  deployment.redis().Run(Lines({":CONFIG", ":GROUPS", ":WEIGHTS"}));
  CHECK(
      status_says("5 of 5 names, 3 of 3 groups on them and 0 of 18 addresses"));
  CHECK(Says(Groupring(deployment, {"snapshot", "show"}), "doubted  "));
  CHECK(Readyz(deployment).find("and 0 of ") != std::string::npos);
  CHECK(deployment.GroupsOfSubnets4(kSubnets) == before);

  // With the addresses of IPv4 more than half is back.
  deployment.redis().Run(Lines({":A"}));
  REQUIRE(WaitUntil([&] {
    return Says(Groupring(deployment, {"snapshot", "show"}), "live  ");
  }));
  CHECK(deployment.GroupsOfSubnets4(kSubnets) == before);
  // It says as well that the addresses of IPv6 are those known last.
  CHECK(Readyz(deployment).starts_with("ok"));
}

TEST_CASE("removing the last names by command is no loss") {
  Deployment deployment(
      BindRemote::Get(), "",
      {"--cache-ttl=0", "--query-cache-ttl=0", "--negquery-cache-ttl=0"});
  const CommandResult names =
      Groupring(deployment, {"name", "list", "--names"});
  std::string name;
  for (const char c : names.output) {
    if (c != '\n') {
      name += c;
      continue;
    }
    const CommandResult removed =
        Groupring(deployment, {"name", "remove", name, "--force", "--wait"});
    INFO(name << ": " << removed.output << removed.errors);
    CHECK(removed.status == 0);
    name.clear();
  }
  CHECK(deployment.Ask({.name = "files.example.org"}).status == "NXDOMAIN");
}

}  // namespace
}  // namespace groupring::testing
