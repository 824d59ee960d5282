// Zones come up, and are transferred where that is allowed.
#include <set>
#include <string>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/dig.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

TEMPLATE_TEST_CASE("a zone written to Redis is answered without a restart", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  CHECK(deployment.Ask({.name = "example.com", .type = "SOA"}).status ==
        "REFUSED");
  deployment.redis().Run(
      "HSET example.com:CONFIG SOA \"ns1.example.com. "
      "hostmaster.example.com. 1 3600 600 604800 60\" NS ns1.example.com\n"
      "SADD ftp.example.com:GROUPS alpha bravo charlie");
  // With child processes each of them finds it by itself: ten good answers in a
  // row are not one child's.
  const bool found = WaitUntil([&] {
    if (TestType::Get().lists_zones) deployment.pdns().Control({"rediscover"});
    deployment.pdns().Control({"purge", "example.com$"});
    for (int i = 0; i < 10; ++i) {
      const auto address = deployment.Ask({.name = "ftp.example.com"});
      const auto soa = deployment.Ask({.name = "example.com", .type = "SOA"});
      if (soa.Data("SOA").empty() || address.Data("A").empty() ||
          GroupOf(address.Data("A")[0]).empty()) {
        return false;
      }
    }
    return true;
  });
  CHECK(found);
}

TEMPLATE_TEST_CASE("a record that PowerDNS cannot read harms no other", "",
                   EVERY_MODE) {
  Deployment deployment(
      TestType::Get(),
      "HSET example.com:CONFIG SOA \"ns1.example.net hostmaster@example.net ( "
      "1 "
      "3600 600 604800 60 )\" NS ns1.example.net RECORDS '["
      R"({"name":"ftp","type":"MX","content":"mail.example.org."},)"
      R"({"name":"ftp","type":"TXT","content":"here"},)"
      R"({"type":"CAA","content":"0 issue ca.example.net"},)"
      R"({"type":"TXT","content":"v=spf1 -all"},)"
      R"({"name":"www","type":"A","content":"192.0.2.300"},)"
      R"({"name":"www","type":"AAAA","content":"2001:db8::1"},)"
      R"({"name":"doh","type":"HTTPS","content":"1 . alpn=h2 )"
      R"(dohpath=/q{?dns}"},)"
      R"({"name":"doh","type":"A","content":"192.0.2.7"}])"
      "'\nSADD ftp.example.com:GROUPS alpha bravo charlie\n");
  const auto data = [&](const std::string& name, const std::string& type) {
    const DnsReply reply =
        deployment.Ask({.name = name + "example.com", .type = type});
    INFO(name << " " << type << ": " << reply.status);
    CHECK(reply.status == "NOERROR");
    return reply.Data(type);
  };
  CHECK(data("ftp.", "A").size() == 1);
  CHECK(data("ftp.", "AAAA").size() == 1);
  CHECK(data("ftp.", "TXT").size() == 1);
  CHECK(data("ftp.", "MX").empty());
  CHECK(data("", "SOA").size() == 1);
  CHECK(data("", "NS").size() == 1);
  CHECK(data("", "TXT").size() == 1);
  // Not in the quotes that it has to be in.
  CHECK(Dig(deployment.port(), {"example.com", "CAA", "+short"}) == "");
  CHECK(Dig(deployment.port(), {"doh.example.com", "TYPE65"})
            .find("status: NOERROR") != std::string::npos);
  CHECK(data("www.", "A").empty());
  CHECK(data("www.", "AAAA").size() == 1);
  CHECK(data("doh.", "A").size() == 1);
}

TEMPLATE_TEST_CASE("a transfer is refused by the files as they are", "",
                   EVERY_MODE) {
  Deployment deployment(TestType::Get());
  CHECK(
      Dig(deployment.port(), {"example.net", "AXFR"}).find("Transfer failed") !=
      std::string::npos);
}

TEMPLATE_TEST_CASE("a transfer, once allowed, lists the zone", "", EVERY_MODE) {
  Deployment deployment(TestType::Get(), "",
                        {"--disable-axfr=no", "--allow-axfr-ips=127.0.0.0/8"});
  const std::string zone =
      Dig(deployment.port(), {"example.net", "AXFR", "+nocomments"});
  INFO(zone);
  CHECK(zone.find("SOA\tns1.example.net.") != std::string::npos);
  CHECK(zone.find("NS\tns1.example.net.") != std::string::npos);
  CHECK(zone.find("IN\tA\t10.") != std::string::npos);
  CHECK(zone.find("IN\tAAAA\t2001:db8:") != std::string::npos);

  const std::string mixed =
      Dig(deployment.port(), {"example.org", "AXFR", "+nocomments"});
  INFO(mixed);
  CHECK(mixed.find("www.example.org.\t") != std::string::npos);
  CHECK(mixed.find("MX\t10 mail.example.org.") != std::string::npos);
  // The zone file of the BIND backend knows nothing of dynamic names.
  for (const char* name :
       {"files.example.org.\t", "ftp.eu.west.example.org."}) {
    CHECK((mixed.find(name) == std::string::npos) == TestType::Get().zone_file);
  }
}

}  // namespace
}  // namespace groupring::testing
