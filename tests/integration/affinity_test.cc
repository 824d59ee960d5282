// Networks that hash as one, seen through PowerDNS and through caching
// resolvers.
#include <set>
#include <string>
#include <vector>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/integration/unbound.h"
#include "tests/support/catch.h"
#include "tests/support/free_port.h"
#include "tests/support/process.h"
#include "tests/support/sample_data.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr const char* kName = "files.example.org";

// Of IPv4 and IPv6, this many networks with one label.
std::string Entries() {
  std::string command = "HSET groupring:affinity";
  for (int i = 0; i < 20; ++i) {
    command += " " + Subnet4(i) + " one " + Subnet6(i) + " one";
  }
  return command + "\n";
}

std::set<std::string> GroupsOfLabel(Deployment& deployment) {
  std::set<std::string> groups;
  for (int i = 0; i < 20; ++i) {
    groups.insert(deployment.Group({.name = kName, .subnet = Subnet4(i)}));
    groups.insert(deployment.Group(
        {.name = "upload.example.org", .type = "AAAA", .subnet = Subnet6(i)}));
  }
  return groups;
}

TEMPLATE_TEST_CASE(
    "networks with one label meet one group, from the moment "
    "they have it",
    "", EVERY_MODE) {
  Deployment deployment(TestType::Get());
  CHECK(GroupsOfLabel(deployment).size() == 3);
  deployment.redis().Run(Entries());
  CHECK(WaitUntil([&] { return GroupsOfLabel(deployment).size() == 1; }));
  // Others stay where they were.
  const DnsReply reply =
      deployment.Ask({.name = kName, .subnet = "198.51.100.77/32"});
  CHECK(reply.subnet == "198.51.100.77/32/24");
  deployment.redis().Run("DEL groupring:affinity\n");
  CHECK(WaitUntil([&] { return GroupsOfLabel(deployment).size() == 3; }));
}

TEST_CASE(
    "an entry for one address is for who asks from it, and for nobody "
    "beside it") {
  Deployment deployment(
      RemoteUnix::Get(),
      "HSET groupring:affinity 127.9.1.1/32 one 127.9.2.0/24 one "
      "127.9.3.1 other\n");
  const std::string one =
      deployment.Group({.name = kName, .source = "127.9.2.1"});
  CHECK(deployment.Group({.name = kName, .source = "127.9.1.1"}) == one);
  // By ECS its answer may be cached for all of the /24, so it is that of the
  // /24, unless it is the address of who asks: then it is for that one alone.
  CHECK(
      deployment
          .Ask({.name = kName, .subnet = "127.9.1.1/32", .source = "127.9.1.1"})
          .subnet == "127.9.1.1/32/32");
  CHECK(deployment.Ask({.name = kName, .subnet = "127.9.1.1/32"}).subnet ==
        "127.9.1.1/32/24");
  CHECK(deployment.Group({.name = kName, .subnet = "127.9.1.1/32"}) ==
        deployment.Group({.name = kName, .subnet = "127.9.1.0/24"}));
}

// What a resolver at that port answers a client; "" when it does not. It wants
// to be asked for recursion.
std::string GroupFrom(uint16_t port, const std::string& client) {
  const CommandResult dig =
      RunCommand({"dig", "+short", "+tries=2", "-b", client, "-p",
                  std::to_string(port), "@127.0.0.1", kName});
  return GroupOf(dig.output.substr(0, dig.output.find('\n')));
}

TEST_CASE("a cache without ECS gives all its clients what its label meets") {
  Deployment deployment(RemoteUnix::Get(),
                        "HSET groupring:affinity 127.9.1.1 one 127.9.2.0/24 "
                        "one\n");
  const FreePort port;
  const TempDirectory directory;
  const Process dnsmasq(
      {.argv = {"dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null",
                "--no-resolv", "--no-hosts", "--bind-interfaces",
                "--listen-address=127.0.0.1", "--user=", "--group=",
                "--pid-file=", "--port=" + std::to_string(port.number()),
                "--server=/example.org/127.0.0.1#" +
                    std::to_string(deployment.port()) + "@127.9.1.1"},
       .log_file = directory / "log"});
  REQUIRE(WaitUntil(
      [&] { return !GroupFrom(port.number(), "127.0.0.1").empty(); }));
  const std::string one =
      deployment.Group({.name = kName, .source = "127.9.2.7"});
  for (const char* client : {"127.20.1.1", "127.21.1.1", "127.22.1.1"}) {
    CHECK(GroupFrom(port.number(), client) == one);
  }
}

TEST_CASE("a cache that honours ECS gives no client another label's answer") {
  // Labels of many sizes, nested, next to each other and to networks without.
  Deployment deployment(
      RemoteUnix::Get(),
      "HSET groupring:affinity 127.20.0.0/16 wide 127.20.7.0/24 within "
      "127.20.8.0/23 beside 127.20.9.128/25 never 127.20.10.9/32 never "
      "127.21.0.0/17 half 127.22.0.0/16 spread/8\n"
      "HSET files.example.org:CONFIG TTL 600\n");
  const Unbound unbound(deployment.port());
  std::vector<std::string> clients;
  for (int net : {20, 21, 22, 23}) {
    for (int third : {0, 6, 7, 8, 9, 10, 127, 128}) {
      for (int host : {1, 9, 130}) {
        clients.push_back("127." + std::to_string(net) + "." +
                          std::to_string(third) + "." + std::to_string(host));
      }
    }
  }
  std::set<std::string> seen;
  const auto asked = [&] {
    return std::stoul(deployment.pdns().Control({"show", "udp-queries"}));
  };
  for (int round = 0; round < 2; ++round) {
    for (const std::string& client : clients) {
      INFO(client << ", round " << round);
      const std::string truth =
          deployment.Group({.name = kName, .subnet = client + "/32"});
      CHECK(GroupFrom(unbound.port(), client) == truth);
      seen.insert(truth);
    }
  }
  CHECK(seen.size() == 3);
  // It keeps each answer, or it would prove nothing.
  const size_t before = asked();
  for (const std::string& client : clients) {
    CHECK_FALSE(GroupFrom(unbound.port(), client).empty());
  }
  CHECK(asked() == before);
}

}  // namespace
}  // namespace groupring::testing
