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
  const auto soon = [](int64_t millis) {
    return std::to_string(SystemClock().UnixMillis() + millis);
  };
  ana->redis().Run(
      "HSET groupring:check PROBES ftps\nZADD groupring:checkers " +
      soon(3'600'000) + " ns1 " + soon(3'600'000) + " ns2 1700000000000 ns3");
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
  ana.Type("health pause px-2");
  ana.Type("health resume px-2 --dry-run");
  ana.Type("health resume px-2");
  ana.Type("health resume px-2");
  ana.Type("audit --count 3");
  ana.CheckTranscript("health_pause");
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
