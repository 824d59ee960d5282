// A Redis that was filled for pdns-razor, taken over as it is.
#include <algorithm>
#include <csignal>
#include <set>
#include <sstream>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/dig.h"
#include "tests/support/groupring_server.h"
#include "tests/support/pdns_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// As razor's page has it, with its setting `zone`: one CONFIG for all names.
constexpr char kData[] =
    "HSET routes.example.org:CONFIG SOA \"ns1.example.net. "
    "hostmaster.example.net. 1 7200 900 1209600 300\" NS "
    "\"ns1.example.net, ns2.example.net\" TTL 300 ANSWER random\n"
    "SADD www.routes.example.org:A 192.0.2.1 192.0.2.2\n"
    "SADD www.routes.example.org:AAAA 2001:db8::1\n"
    "SADD cdn.routes.example.org:A 198.51.100.7/24\n"
    "SADD cdn.routes.example.org:AAAA 2001:db8:1::5/48\n"
    "SADD few.routes.example.org:A 203.0.113.9/29\n"
    "SADD routes.example.org:A:SKIPLIST 203.0.113.9 203.0.113.10 203.0.113.11 "
    "203.0.113.12 203.0.113.13\n"
    "SADD dark.routes.example.org:AAAA 2001:db8:2:1::/64 2001:db8:2:2::7\n"
    "SADD routes.example.org:AAAA:SKIPLIST 2001:db8:2:1::5\n"
    "HSET own.routes.example.org:CONFIG TTL 20\n"
    "SADD own.routes.example.org:A 192.0.2.9\n"
    "SADD ftp.routes.example.org:GROUPS GROUP1 GROUP2\n"
    "SADD GROUP1:A 192.0.2.101\nSADD GROUP2:A 192.0.2.102\n";

// What dig says of a name below the zone, from this many subnets.
class Answers {
 public:
  Answers(uint16_t port, const std::string& name, const std::string& type) {
    for (int i = 0; i < 12; ++i) {
      const std::string subnet =
          "+subnet=198.18." + std::to_string(i) + ".0/24";
      const std::string line = Dig(port, {subnet, "+noall", "+answer",
                                          name + ".routes.example.org", type});
      data_.insert(Word(line, 4));
      ttls_.insert(Word(line, 1));
    }
  }
  const std::set<std::string>& data() const { return data_; }
  const std::set<std::string>& ttls() const { return ttls_; }
  bool AllStartWith(const std::string& prefix) const {
    return std::all_of(data_.begin(), data_.end(), [&](const auto& address) {
      return address.starts_with(prefix);
    });
  }

 private:
  // Of a line of an answer: name, TTL, class, type, data. "" without one.
  static std::string Word(const std::string& line, int index) {
    std::istringstream words(line);
    std::string word;
    for (int i = 0; i <= index; ++i) {
      word.clear();
      words >> word;
    }
    return word;
  }
  std::set<std::string> data_;
  std::set<std::string> ttls_;
};

using Texts = std::set<std::string>;

TEST_CASE("a Redis filled for pdns-razor answers through PowerDNS as it is") {
  RedisServer redis;
  redis.Run(kData);
  GroupringServer groupring(redis.url(), "schema = \"razor\"\n");
  const PdnsServer pdns("remote-unix.conf", groupring.settings());
  const uint16_t port = pdns.port();

  const Answers www(port, "www", "A");
  CHECK(www.data() == Texts{"192.0.2.1", "192.0.2.2"});
  CHECK(www.ttls() == Texts{"300"});
  CHECK(Answers(port, "www", "AAAA").data() == Texts{"2001:db8::1"});

  const Answers cdn(port, "cdn", "A");
  CHECK(cdn.AllStartWith("198.51.100."));
  CHECK(cdn.data().size() > 3);
  CHECK(Answers(port, "cdn", "AAAA").AllStartWith("2001:db8:1:"));

  // Hosts of 203.0.113.8/29 are .9 to .14; all but the last are on the list.
  CHECK(Answers(port, "few", "A").data() == Texts{"203.0.113.14"});
  // One address of a /64 on the list stands for all of it.
  CHECK(Answers(port, "dark", "AAAA").data() == Texts{"2001:db8:2:2::7"});

  CHECK(Answers(port, "own", "A").ttls() == Texts{"20"});
  CHECK(Answers(port, "ftp", "A").data() ==
        Texts{"192.0.2.101", "192.0.2.102"});
  CHECK(Dig(port, {"nosuch.routes.example.org"}).find("status: NXDOMAIN") !=
        std::string::npos);
  const std::string servers = Dig(port, {"+short", "routes.example.org", "NS"});
  for (const char* server : {"ns1.example.net.\n", "ns2.example.net.\n"}) {
    CHECK(servers.find(server) != std::string::npos);
  }
}

TEST_CASE("names of razor's data are followed as any are") {
  RedisServer redis;
  redis.Run(kData);
  GroupringServer groupring(redis.url(), "schema = \"razor\"\n");
  // What is asked for too soon would be remembered as not there.
  const PdnsServer pdns(
      "remote-unix.conf", groupring.settings(),
      {"--cache-ttl=0", "--query-cache-ttl=0", "--negquery-cache-ttl=0"});
  const auto becomes = [&](const std::string& name, const Texts& data,
                           const Texts& ttls) {
    return WaitUntil([&] {
      const Answers answers(pdns.port(), name, "A");
      return answers.data() == data && answers.ttls() == ttls;
    });
  };
  redis.Run("SADD new.routes.example.org:A 192.0.2.77\n");
  CHECK(becomes("new", {"192.0.2.77"}, {"300"}));
  redis.Run("HSET routes.example.org:CONFIG TTL 40\n");
  CHECK(becomes("new", {"192.0.2.77"}, {"40"}));

  // What is on disk says as much, to a start without Redis.
  const std::string state =
      groupring.settings().directory() / "state/dataset.state";
  REQUIRE(WaitUntil(
      [&] { return ReadFile(state).find("\"ttl\":40") != std::string::npos; }));
  redis.process().Signal(SIGKILL);
  REQUIRE(redis.process().Wait());
  groupring.Kill();
  groupring.StartAgain();
  CHECK(becomes("new", {"192.0.2.77"}, {"40"}));
}

}  // namespace
}  // namespace groupring::testing
