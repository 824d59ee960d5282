// Verdicts of checkers, as they are in Redis, and what is answered.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "redis/base/clock.h"
#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kClients = 60;

// One that lives for as long as a test takes.
void AddChecker(Deployment* deployment, const std::string& id) {
  const int64_t soon = SystemClock().UnixMillis() + 3'600'000;
  deployment->redis().Run("ZADD groupring:checkers " + std::to_string(soon) +
                          " " + id);
}

const std::vector<std::string>& AddressesOf(const std::string& group) {
  static const std::map<std::string, std::vector<std::string>> all = {
      {"alpha",
       {"10.1.0.1", "10.1.0.2", "10.1.0.3", "2001:db8:a::1", "2001:db8:a::2",
        "2001:db8:a::3"}},
      {"bravo",
       {"10.2.0.1", "10.2.0.2", "10.2.0.3", "2001:db8:b::1", "2001:db8:b::2",
        "2001:db8:b::3"}},
      {"charlie",
       {"10.3.0.1", "10.3.0.2", "10.3.0.3", "2001:db8:c::1", "2001:db8:c::2",
        "2001:db8:c::3"}}};
  return all.at(group);
}

void Say(Deployment* deployment, const std::string& checker,
         const std::string& group, const std::vector<std::string>& addresses,
         const std::string& verdict) {
  std::string command = "HSET groupring:verdicts:" + checker + ":" + group;
  for (const std::string& address : addresses) {
    command += " " + address + " '" + verdict + "'";
  }
  deployment->redis().Run(command);
}

constexpr char kDown[] = "down since=1700000000000 reason=refused";
constexpr char kUp[] = "up since=1700000001000 reason=ok after=down";

constexpr char kChecked[] = "HSET groupring:check PROBES tcp:21";

// Until the clients of the groups have changed.
bool WaitForMapping(Deployment* deployment, const Mapping& mapping) {
  return WaitUntil(
      [&] { return deployment->GroupsOfSubnets4(kClients) == mapping; });
}

TEMPLATE_TEST_CASE(
    "a group that is down is withheld, and gets its clients back", "",
    EVERY_MODE) {
  Deployment deployment(TestType::Get(), kChecked,
                        {"--cache-ttl=0", "--query-cache-ttl=0"});
  AddChecker(&deployment, "c1");
  const Mapping whole = deployment.GroupsOfSubnets4(kClients);
  deployment.redis().Run("HSET bravo:STATE state disabled");
  REQUIRE(WaitUntil([&] {
    return ClientsPerGroup(deployment.GroupsOfSubnets4(kClients))["bravo"] == 0;
  }));
  const Mapping without_bravo = deployment.GroupsOfSubnets4(kClients);
  deployment.redis().Run("DEL bravo:STATE");
  REQUIRE(WaitForMapping(&deployment, whole));

  Say(&deployment, "c1", "bravo", AddressesOf("bravo"), kDown);
  CHECK(WaitForMapping(&deployment, without_bravo));
  Say(&deployment, "c1", "bravo", AddressesOf("bravo"), kUp);
  CHECK(WaitForMapping(&deployment, whole));
}

TEST_CASE("an address that is down is not answered, and nobody moves") {
  Deployment deployment(RemoteUnix::Get(), kChecked,
                        {"--cache-ttl=0", "--query-cache-ttl=0"});
  AddChecker(&deployment, "c1");
  const Mapping whole = deployment.GroupsOfSubnets4(kClients);
  const auto answers = [&] {
    std::set<std::string> all;
    for (int i = 0; i < kClients; ++i) {
      const DnsReply reply =
          deployment.Ask({.name = "files.example.org", .subnet = Subnet4(i)});
      for (const std::string& data : reply.Data("A")) all.insert(data);
    }
    return all;
  };
  REQUIRE(WaitUntil([&] { return answers().contains("10.1.0.2"); }));
  Say(&deployment, "c1", "alpha", {"10.1.0.1", "10.1.0.3"}, kDown);
  REQUIRE(WaitUntil([&] { return !answers().contains("10.1.0.1"); }));
  for (int i = 0; i < 5; ++i) {
    const std::set<std::string> all = answers();
    CHECK_FALSE(all.contains("10.1.0.1"));
    CHECK_FALSE(all.contains("10.1.0.3"));
  }
  CHECK(deployment.GroupsOfSubnets4(kClients) == whole);
}

TEST_CASE("two of three groups down leave the third, and all down is panic") {
  Deployment deployment(RemoteUnix::Get(), kChecked,
                        {"--cache-ttl=0", "--query-cache-ttl=0"});
  AddChecker(&deployment, "c1");
  const Mapping whole = deployment.GroupsOfSubnets4(kClients);
  for (const char* group : {"alpha", "bravo"}) {
    Say(&deployment, "c1", group, AddressesOf(group), kDown);
  }
  CHECK(WaitUntil([&] {
    return ClientsPerGroup(deployment.GroupsOfSubnets4(kClients))["charlie"] ==
           kClients;
  }));
  Say(&deployment, "c1", "charlie", AddressesOf("charlie"), kDown);
  CHECK(WaitForMapping(&deployment, whole));
}

TEST_CASE("with PANIC 0 and ON_EMPTY nodata all down is no records") {
  Deployment deployment(
      RemoteUnix::Get(),
      std::string(kChecked) +
          "\nHSET files.example.org:CONFIG ON_EMPTY nodata "
          "PANIC 0",
      {"--cache-ttl=0", "--query-cache-ttl=0", "--negquery-cache-ttl=0"});
  AddChecker(&deployment, "c1");
  const Mapping whole = deployment.GroupsOfSubnets4(kClients);
  for (const char* group : {"alpha", "bravo", "charlie"}) {
    Say(&deployment, "c1", group, AddressesOf(group), kDown);
  }
  const auto ask = [&](int i, const std::string& type) {
    return deployment.Ask(
        {.name = "files.example.org", .type = type, .subnet = Subnet4(i)});
  };
  CHECK(WaitUntil([&] { return ask(0, "A").Data("A").empty(); }));
  for (int i = 0; i < kClients; ++i) {
    for (const char* type : {"A", "AAAA"}) {
      const DnsReply reply = ask(i, type);
      CHECK(reply.status == "NOERROR");
      CHECK(reply.Data(type).empty());
    }
  }
  // A name on the same groups that has its own mind.
  CHECK(deployment.Ask({.name = "upload.example.org", .subnet = Subnet4(1)})
            .Data("A")
            .size() == 1);
  Say(&deployment, "c1", "charlie", AddressesOf("charlie"), kUp);
  CHECK(WaitUntil([&] { return ask(0, "A").Data("A").size() == 1; }));
  for (const char* group : {"alpha", "bravo"}) {
    Say(&deployment, "c1", group, AddressesOf(group), kUp);
  }
  CHECK(WaitForMapping(&deployment, whole));
}

TEST_CASE("one checker of three that lies or is cut off changes nothing") {
  Deployment deployment(RemoteUnix::Get(), kChecked,
                        {"--cache-ttl=0", "--query-cache-ttl=0"});
  for (const char* id : {"c1", "c2", "c3"}) AddChecker(&deployment, id);
  const Mapping whole = deployment.GroupsOfSubnets4(kClients);
  for (const char* group : {"alpha", "bravo", "charlie"}) {
    Say(&deployment, "c1", group, AddressesOf(group), kUp);
    Say(&deployment, "c2", group, AddressesOf(group), kUp);
  }
  Say(&deployment, "c3", "bravo", AddressesOf("bravo"), kDown);
  // What is written after it, and seen, tells that it was read.
  Say(&deployment, "c2", "charlie", AddressesOf("charlie"), kDown);
  Say(&deployment, "c3", "charlie", AddressesOf("charlie"), kDown);
  REQUIRE(WaitUntil([&] {
    return ClientsPerGroup(deployment.GroupsOfSubnets4(kClients))["charlie"] ==
           0;
  }));
  CHECK(ClientsPerGroup(deployment.GroupsOfSubnets4(kClients))["bravo"] >=
        ClientsPerGroup(whole)["bravo"]);
}

}  // namespace
}  // namespace groupring::testing
