// What checkers say, as operators see it.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "redis/base/clock.h"
#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

// px-2 is down by both checkers, px-1 in part; a third checker is long gone.
void Report(Operator* ana) {
  // Of the same moment, so that they stand in the order of their names.
  const std::string soon =
      std::to_string(SystemClock().UnixMillis() + 3'600'000);
  ana->redis().Run(
      "HSET groupring:check PROBES ftps\nZADD groupring:checkers " + soon +
      " ns1 " + soon + " ns2 1700000000000 ns3");
  const auto set = [&](const std::string& checker, const std::string& group,
                       const std::string& verdict) {
    for (const char* key : {"A", "AAAA"}) {
      std::string members = ana->redis().Run("SMEMBERS " + group + ":" + key);
      std::string member;
      for (const char c : members) {
        if (c != '\n') {
          member += c;
          continue;
        }
        if (!member.empty()) {
          ana->redis().Run("HSET groupring:verdicts:" + checker + ":" + group +
                           " " + member + " '" + verdict + "'");
        }
        member.clear();
      }
    }
  };
  for (const char* checker : {"ns1", "ns2"}) {
    set(checker, "px-2",
        "down since=1700000000000 reason=closed_without_greeting");
    set(checker, "px-1", "up since=1700000000000 reason=ok cert=9");
  }
}

TEST_CASE("health: lists, one group, and where else it shows") {
  Operator ana;
  ana.Type("health list");
  Report(&ana);
  ana.Type("health list");
  ana.Type("health show px-2");
  ana.Type("health show px-1");
  ana.Type("health show px-3");
  ana.Type("health show px-9");
  ana.Type("group list");
  ana.Type("group show px-2");
  ana.Type("address list px-2");
  ana.CheckTranscript("health");
}

TEST_CASE("health is paused for a group, and resumed") {
  Operator ana;
  Report(&ana);
  ana.Type("plan health pause px-2 --until +2h");
  ana.Type("health pause px-2 --until +2h --reason 'false alarm'");
  ana.Type("health list");
  ana.Type("health pause px-1 --until +2h");
  ana.Type("health pause px-2");
  ana.Type("health resume px-2 --dry-run");
  ana.Type("health resume px-2");
  ana.Type("health resume px-2");
  ana.Type("audit --count 3");
  ana.CheckTranscript("health_pause");
}

void Log(Operator* ana, const std::string& id, const std::string& fields) {
  ana->redis().Run("XADD groupring:health:log " + id + " " + fields);
}

// Two changes of px-2, one of px-1, and one in words of another version.
void LogChanges(Operator* ana) {
  Log(ana, "1700000000000-0",
      "checker ns1 group px-2 address 198.51.2.1 verdict up before '' reason "
      "ok text ''");
  Log(ana, "1700000060000-0",
      "checker ns1 group px-1 address 198.51.1.1 verdict busy before up "
      "reason busy text '421 Too many'");
  Log(ana, "1700000120000-0",
      "checker ns2 group px-2 address 198.51.2.1 verdict down before up "
      "reason closed_without_greeting text ''");
  Log(ana, "1700000180000-0",
      "checker ns2 group px-2 address 198.51.2.1 verdict asleep before down "
      "reason lunch text later");
}

TEST_CASE("health history: what checkers found new of a group") {
  Operator ana;
  ana.Type("health history px-2");
  LogChanges(&ana);
  ana.Type("health history px-2");
  ana.Type("health history px-2 --count 1");
  ana.Type("health history px-1 --json");
  ana.Type("health history px-3");
  ana.Type("health history px-9");
  ana.CheckTranscript("health_history");
}

TEST_CASE("health forget: a checker that is gone, and no other") {
  Operator ana;
  Report(&ana);
  ana.redis().Run(
      "HSET groupring:checker:ns3 doubts no\n"
      "HSET groupring:verdicts:ns3:px-1 198.51.1.1 "
      "'down since=1700000000000 reason=refused'");
  ana.Type("health forget ns1");
  ana.Type("health forget ns3");
  ana.Type("health forget ns3");
  ana.CheckTranscript("health_forget");
  CHECK(ana.redis().Run("ZRANGE groupring:checkers 0 -1") == "ns1\nns2\n");
  CHECK(ana.redis().Run("EXISTS groupring:checker:ns3 "
                        "groupring:verdicts:ns3:px-1") == "0\n");
  CHECK(ana.redis().Run("EXISTS groupring:verdicts:ns1:px-1") == "1\n");
}

TEST_CASE("health as JSON") {
  Operator ana;
  Report(&ana);
  ana.Type("health show px-2 --json");
  ana.CheckTranscript("health_json");
  const auto all = nlohmann::json::parse(ana.Run("health list --json").output);
  CHECK(all["checkers"].size() == 3);
  CHECK(all["groups"][1]["a"]["withheld"] == true);
}

TEST_CASE(
    "a group that is down is not enabled by mistake, and is counted out") {
  Operator ana;
  Report(&ana);
  ana.redis().Run("HSET px-2:STATE state disabled");
  const CommandResult enable = ana.Run("group enable px-2");
  CHECK(enable.status != 0);
  CHECK(Holds(enable.errors, "checkers say that px-2 is down"));
  CHECK(ana.Run("group enable px-2 --force").status == 0);
  // One is down, so another may not be taken out.
  const CommandResult disable = ana.Run("group disable px-1");
  CHECK(disable.status != 0);
  CHECK(Holds(disable.errors, "of its weight in service"));
}

}  // namespace
}  // namespace groupring::testing
