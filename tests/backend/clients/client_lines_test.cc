#include "backend/clients/client_lines.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// "client weight", with "ecs" after it where a resolver has sent it on.
std::string Parsed(ClientFormat format, const std::string& line) {
  const auto parsed = ParseClientLine(format, line);
  if (!parsed) return "";
  return std::string(parsed->client) + " " +
         std::to_string(static_cast<int>(parsed->weight)) +
         (parsed->is_source ? "" : " ecs");
}

TEST_CASE("a list has a network to a line, and a weight where one is known") {
  const auto list = [](const std::string& line) {
    return Parsed(ClientFormat::kList, line);
  };
  CHECK(list("203.0.113.0/24") == "203.0.113.0/24 1 ecs");
  CHECK(list(" 203.0.113.7\t12  # a comment") == "203.0.113.7 12");
  CHECK(list("2001:db8::/48;3") == "2001:db8::/48 3 ecs");
  CHECK(list("203.0.113.0/24,0.5") == "203.0.113.0/24 0 ecs");
  for (const char* wrong :
       {"", "example.org", "203.0.113.0/33", "203.0.113.0/24 x",
        "203.0.113.0/24 -1", "203.0.113.0/24 inf", "203.0.113.0/24 1 2", "5"}) {
    CAPTURE(wrong);
    CHECK(list(wrong) == "");
  }
}

TEST_CASE("PowerDNS' log names the resolver, or the subnet that it sent on") {
  const auto log = [](const std::string& line) {
    return Parsed(ClientFormat::kPowerDns, line);
  };
  CHECK(log("Nov 28 17:00:00 ns1 pdns_server[7]: Remote 192.0.2.53 wants "
            "'ftp.example.org|A', do = 0, bufsize = 512: packetcache MISS") ==
        "192.0.2.53 1");
  CHECK(log("Nov 28 17:00:00 Remote 192.0.2.53<-203.0.113.0/24 wants "
            "'ftp.example.org|AAAA', do = 1, bufsize = 1232 (4096)") ==
        "203.0.113.0/24 1 ecs");
  CHECK(log("Remote 2001:db8::53 wants 'a|A', do = 0") == "2001:db8::53 1");
  CHECK(log("Remote wants 'a|A'") == "");
  CHECK(log("Nov 28 17:00:00 Done launching threads") == "");
}

TEST_CASE("an xferlog has the host as its seventh word") {
  const auto log = [](const std::string& line) {
    return Parsed(ClientFormat::kXferlog, line);
  };
  CHECK(log("Sat Nov 28 17:00:00 2026 5 203.0.113.7 1024 /pub/a_file b _ o r "
            "ana ftp 0 * c") == "203.0.113.7 1");
  CHECK(log("Sat Nov  8 17:00:00 2026 5 ::ffff:203.0.113.7 1024 /f b _ i a - "
            "ftp 0 * i") == "::ffff:203.0.113.7 1");
  CHECK(log("Sat Nov 28 17:00:00 2026 5 host.example 1024 /f b _ o r ana ftp 0 "
            "* c") == "");
  CHECK(log("Sat Nov 28 17:00:00 2026 5 203.0.113.7") == "");
}

TEST_CASE("each of Pure-FTPd's logs names the client") {
  const auto log = [](const std::string& line) {
    return Parsed(ClientFormat::kPureFtpd, line);
  };
  CHECK(log("Nov 28 17:00:00 ftp1 pure-ftpd: (ana@203.0.113.7) [NOTICE] /f "
            "downloaded  (1024 bytes, 99.00KB/sec)") == "203.0.113.7 1");
  CHECK(log("Nov 28 17:00:00 ftp1 pure-ftpd: (?@2001:db8::7) [INFO] New "
            "connection from 2001:db8::7") == "2001:db8::7 1");
  CHECK(log("203.0.113.7 - ana [28/Nov/2026:17:00:00 -0000] \"PUT /f\" 200 "
            "1024") == "203.0.113.7 1");
  CHECK(log("1795885200 3fa.1 ana 203.0.113.7 U 1024 5 /f") == "203.0.113.7 1");
  CHECK(log("Nov 28 17:00:00 ftp1 pure-ftpd: (ana@host.example) [INFO] x") ==
        "");
}

TEST_CASE("HAProxy's logs begin with the client and its port") {
  const auto log = [](const std::string& line) {
    return Parsed(ClientFormat::kHaproxy, line);
  };
  CHECK(log("Nov 28 17:00:00 lb1 haproxy[14]: 203.0.113.7:51234 "
            "[28/Nov/2026:17:00:00.123] ftp ftp/g1 1/0/5007 212 -- 1/1/1/1/0 "
            "0/0") == "203.0.113.7 1");
  CHECK(log("2001:db8::7:51234 [28/Nov/2026:17:00:00.123] ftp ftp/g1 1/0/5 2 "
            "--") == "2001:db8::7 1");
  CHECK(log("Nov 28 17:00:00 lb1 haproxy[14]: Server ftp/g1 is DOWN [x]") ==
        "");
}

TEST_CASE("the first line that is understood decides the format") {
  ClientCollector collector;
  for (const char* line :
       {"# clients", "", "Nov 28 17:00:00 ns1 pdns_server[7]: ready",
        "Remote 192.0.2.53 wants 'a|A', do = 0",
        "Remote 192.0.2.53 wants 'a|AAAA', do = 0",
        "Remote 192.0.2.53<-192.0.2.0/24 wants 'a|A', do = 0",
        "203.0.113.7 5"}) {
    collector.Add(line);
  }
  REQUIRE(collector.Check().ok());
  CHECK(collector.format() == ClientFormat::kPowerDns);
  CHECK(collector.counted() == 3);
  CHECK(collector.passed_over() == 2);
  REQUIRE(collector.population().clients().size() == 2);
  CHECK(collector.population().clients()[0].weight == 2);
  CHECK(collector.population().clients()[0].is_source);
  CHECK_FALSE(collector.population().clients()[1].is_source);
  CHECK(collector.population().weight() == 3);
}

TEST_CASE("a file without clients is refused, with what was expected") {
  ClientCollector collector;
  collector.Add("hello\x1b world");
  const std::string message(collector.Check().message());
  CHECK(message.starts_with(
      "no client was found: the first line that was not understood is "));
  CHECK(message.find('\x1b') == std::string::npos);
  CHECK(message.find("expected lines like 203.0.113.0/24") !=
        std::string::npos);
}

TEST_CASE("bits after a client's prefix make no other client") {
  Population population;
  for (const char* text : {"203.0.113.7/24", "203.0.113.0/24", "203.0.113.0/25",
                           "2001:db8:17:5::/48", "2001:db8:17::/48"}) {
    population.Add(*hashing::ParseClientSubnet(text), false, 2);
  }
  REQUIRE(population.clients().size() == 3);
  CHECK(ClientText(population.clients()[0].subnet) == "203.0.113.0/24");
  CHECK(population.clients()[0].weight == 4);
  CHECK(ClientText(population.clients()[2].subnet) == "2001:db8:17::/48");
  CHECK(population.weight() == 10);
}

}  // namespace
}  // namespace groupring::backend
