// What is at which name, as clients of PowerDNS see it.
#include <set>
#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/sample_data.h"

namespace groupring::testing {
namespace {

bool HasSoa(const DnsReply& reply, const std::string& primary) {
  for (const DnsRecord& record : reply.authority) {
    if (record.type == "SOA" && record.data == primary) return true;
  }
  return false;
}

TEMPLATE_TEST_CASE("A and AAAA are of one group", "", EVERY_MODE) {
  Deployment deployment(TestType::Get());
  for (int i = 0; i < 60; ++i) {
    const std::string group4 = deployment.Group(
        {.name = "files.example.org", .type = "A", .subnet = Subnet4(i)});
    const std::string group6 = deployment.Group(
        {.name = "files.example.org", .type = "AAAA", .subnet = Subnet4(i)});
    INFO(Subnet4(i));
    CHECK(group4 == group6);
  }
}

TEMPLATE_TEST_CASE("a client is given every address of its group in turn", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  std::set<std::string> seen;
  std::set<std::string> groups;
  // Each of three addresses is missed with a chance of (2/3)^200.
  for (int i = 0; i < 200; ++i) {
    const DnsReply reply = deployment.Ask(
        {.name = "files.example.org", .subnet = "198.51.100.0/24"});
    REQUIRE(reply.answer.size() == 1);
    CHECK(reply.answer[0].ttl_seconds == 60);
    CHECK(reply.authoritative);
    seen.insert(reply.answer[0].data);
    groups.insert(GroupOf(reply.answer[0].data));
  }
  CHECK(seen.size() == 3);
  CHECK(groups.size() == 1);
}

TEMPLATE_TEST_CASE("names are found in any case and answered as asked", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const std::string group = deployment.Group(
      {.name = "files.example.org", .subnet = "198.51.100.0/24"});
  for (const char* name :
       {"FILES.EXAMPLE.ORG", "fIlEs.ExAmPlE.oRg", "files.example.ORG"}) {
    const DnsQuestion question{.name = name, .subnet = "198.51.100.0/24"};
    const DnsReply reply = deployment.Ask(question);
    CHECK(reply.name == name);
    REQUIRE(reply.answer.size() == 1);
    CHECK(reply.answer[0].name == name);
    CHECK(deployment.Group(question) == group);
  }
  CHECK(deployment.Ask({.name = "WWW.Example.org"}).Data("A") ==
        std::vector<std::string>{"192.0.2.80"});
}

TEMPLATE_TEST_CASE("a type that a name does not have is NODATA", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  for (const char* name : {"files.example.org", "www.example.org"}) {
    for (const char* type : {"MX", "TXT", "NS", "SOA"}) {
      const DnsReply reply = deployment.Ask({.name = name, .type = type});
      INFO(name << " " << type);
      CHECK(reply.status == "NOERROR");
      CHECK(reply.authoritative);
      CHECK(reply.answer.empty());
      CHECK(HasSoa(reply, "ns1.example.org"));
    }
  }
}

TEMPLATE_TEST_CASE("a name that does not exist is NXDOMAIN", "", EVERY_MODE) {
  Deployment deployment(TestType::Get());
  for (const char* name : {"nosuch.example.org", "below.files.example.org",
                           "xeu.west.example.org", "nosuch.example.net"}) {
    for (const char* type : {"A", "AAAA", "TXT"}) {
      const DnsReply reply = deployment.Ask({.name = name, .type = type});
      INFO(name << " " << type);
      CHECK(reply.status == "NXDOMAIN");
      CHECK(reply.authoritative);
      CHECK(reply.answer.empty());
      CHECK(HasSoa(reply, std::string(name).ends_with("net")
                              ? "ns1.example.net"
                              : "ns1.example.org"));
    }
  }
}

TEMPLATE_TEST_CASE("an empty non-terminal is NODATA, not NXDOMAIN", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  for (const char* name : {"eu.west.example.org", "west.example.org"}) {
    for (const char* type : {"A", "AAAA", "MX"}) {
      const DnsReply reply = deployment.Ask({.name = name, .type = type});
      INFO(name << " " << type);
      CHECK(reply.status == "NOERROR");
      CHECK(reply.answer.empty());
      CHECK(HasSoa(reply, "ns1.example.org"));
    }
  }
}

TEMPLATE_TEST_CASE("an apex has SOA, NS and its static records", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  CHECK(deployment.Ask({.name = "example.org", .type = "SOA"}).Data("SOA") ==
        std::vector<std::string>{"ns1.example.org"});
  const auto ns =
      deployment.Ask({.name = "example.org", .type = "NS"}).Data("NS");
  CHECK(std::set<std::string>(ns.begin(), ns.end()) ==
        std::set<std::string>{"ns1.example.org", "ns2.example.org"});
  CHECK(
      deployment.Ask({.name = "example.org", .type = "MX"}).Data("MX").size() ==
      1);
  const DnsReply address = deployment.Ask({.name = "example.org"});
  CHECK(address.status == "NOERROR");
  CHECK(address.answer.empty());
}

TEMPLATE_TEST_CASE("an apex can be a dynamic name", "", EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const DnsQuestion question{.name = "example.net",
                             .subnet = "198.51.100.0/24"};
  const std::string group = deployment.Group(question);
  CHECK_FALSE(GroupOf(deployment.Ask(question).Data("A").at(0)).empty());
  CHECK(deployment.Group({.name = "example.net",
                          .type = "AAAA",
                          .subnet = "198.51.100.0/24"}) == group);
  CHECK(deployment.Ask({.name = "example.net", .type = "SOA"}).Data("SOA") ==
        std::vector<std::string>{"ns1.example.net"});
  CHECK(deployment.Ask({.name = "example.net", .type = "NS"}).Data("NS") ==
        std::vector<std::string>{"ns1.example.net"});
}

TEMPLATE_TEST_CASE("static records are answered beside dynamic names", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  const DnsReply www = deployment.Ask({.name = "www.example.org"});
  CHECK(www.Data("A") == std::vector<std::string>{"192.0.2.80"});
  REQUIRE(www.answer.size() == 1);
  CHECK(www.answer[0].ttl_seconds == 300);
  CHECK(deployment.Ask({.name = "www.example.org", .type = "AAAA"})
            .Data("AAAA") == std::vector<std::string>{"2001:db8::80"});
}

TEMPLATE_TEST_CASE("a name of no zone is REFUSED", "", EVERY_MODE) {
  Deployment deployment(TestType::Get());
  CHECK(deployment.Ask({.name = "files.example.com"}).status == "REFUSED");
}

}  // namespace
}  // namespace groupring::testing
