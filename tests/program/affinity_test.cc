// `groupring affinity …`, and plans of given clients.
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

TEST_CASE("affinity: labels are planned, given, shown and taken away") {
  Operator ana;
  const TempDirectory directory;
  const std::string list = directory.Write(
      "list", "# egress\n192.0.2.0/24\n198.51.100.0/24 other/4\n");
  const auto before = ana.AllKeys();
  ana.Type("affinity list");
  ana.Type("plan affinity add 203.0.113.0/24 2001:db8:17::/48 --label c-17");
  CHECK(ana.AllKeys() == before);
  ana.Type("affinity add 203.0.113.0/24 2001:db8:17::/48 --label c-17");
  ana.Type("affinity add 203.0.113.0/24 --label c-17");
  ana.Type("affinity add 203.0.113.7 --label single");
  REQUIRE(ana.Run("affinity import " + list + " --label r --dry-run").status ==
          0);
  REQUIRE(ana.Run("affinity import " + list + " --label r").status == 0);
  ana.Type("affinity list");
  ana.Type("affinity list --label c-17");
  ana.Type("affinity show 203.0.113.7");
  ana.Type("affinity show 198.51.100.9");
  ana.Type("explain ftp.example.org 203.0.113.0/24");
  ana.Type("explain ftp.example.org 2001:db8:17::/48");
  ana.Type("affinity remove 203.0.113.0/24");
  ana.Type("audit");
  ana.CheckTranscript("affinity");
}

TEST_CASE("affinity: the same as JSON") {
  Operator ana;
  ana.redis().Run(
      "HSET groupring:affinity 203.0.113.0/24 c-17 203.0.113.7 single/2\n");
  ana.Type("affinity list --json");
  ana.Type("affinity show 203.0.113.7 --json");
  ana.Type("plan affinity remove 203.0.113.0/24 --json");
  ana.CheckTranscript("affinity_json");
}

TEST_CASE(
    "affinity: what makes no sense is refused, saying what was expected") {
  Operator ana;
  const auto before = ana.AllKeys();
  ana.Type("affinity add 203.0.113.0/24");
  ana.Type("affinity add 203.0.113.1/24 --label a");
  ana.Type("affinity add 203.0.113.0/24 --label 'a b'");
  ana.Type("affinity add 203.0.113.0/24 --label a/300");
  ana.Type("affinity remove 203.0.113.0/24");
  ana.Type("affinity import /nonexistent --label a");
  ana.Type("affinity show nonsense");
  ana.CheckTranscript("affinity_wrong");
  CHECK(ana.AllKeys() == before);
}

TEST_CASE("affinity: what is malformed in Redis is told by list") {
  Operator ana;
  ana.redis().Run("HSET groupring:affinity 203.0.113.1/24 a\n");
  const CommandResult result = ana.Run("affinity list");
  CHECK(Holds(result.errors, "malformed"));
  CHECK(Holds(result.output, "no network has a label"));
}

TEST_CASE("plan: given clients are counted, weighed and named") {
  Operator ana;
  const TempDirectory directory;
  std::string clients;
  for (int i = 0; i < 200; ++i) {
    clients += "198.18." + std::to_string(i) + ".0/24 " +
               std::to_string(1 + i % 7) + "\n";
  }
  const std::string list = directory.Write("clients", clients);
  const std::string log = directory.Write(
      "log",
      "Nov 28 17:00:00 ns1 pdns_server[7]: Remote 192.0.2.53<-198.18.0.0/24 "
      "wants 'ftp.example.org|A', do = 0, bufsize = 1232\n");
  const CommandResult plan = ana.Run("plan disable px-1 --clients " + list);
  CHECK(plan.status == 0);
  CHECK(Holds(plan.output, " of 200 clients of ftp.example.org, "));
  CHECK(Holds(plan.output, "BUSIEST MOVERS"));
  CHECK(Holds(plan.errors, "200 lines read as a list of clients, 200 clients"));
  CHECK(Holds(ana.Run("plan disable px-1 --clients " + log).errors,
              "1 line read as PowerDNS' query log, 1 client"));
  CHECK(Holds(ana.Run("plan disable px-1 --json --clients " + list).output,
              "\"source\": \"given\""));
  const std::string typed = directory.Write(
      "typed", "# of October\n198.18.0.0/24\n\nnobody\n198.18.1.0/24\nmore\n");
  CHECK(Holds(ana.Run("plan disable px-1 --clients " + typed).errors,
              "2 lines without a client passed over, the first is line 4: "
              "nobody\n"));
  const CommandResult wrong =
      ana.Run("plan disable px-1 --clients /etc/passwd");
  CHECK(wrong.status == 2);
  CHECK(Holds(wrong.errors, "no client was found"));
}

}  // namespace
}  // namespace groupring::testing
