// The options that changes have in common.
#include <nlohmann/json.hpp>
#include <string>

#include "redis/base/clock.h"
#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

TEST_CASE(
    "option --reason: in the answer, the state, the reports and the audit") {
  Operator ana;
  const CommandResult result =
      ana.Run("group disable px-1 --reason 'INC-8812: \"glibc\"'");
  CHECK(Holds(result.output, ", \"INC-8812: \"glibc\"\")\n"));
  CHECK(ana.redis().Run("HGET px-1:STATE reason") == "INC-8812: \"glibc\"\n");
  for (const char* report :
       {"group list", "group show px-1", "status", "audit"}) {
    CAPTURE(report);
    CHECK(Holds(ana.Run(report).output, "INC-8812: \"glibc\""));
  }
}

TEST_CASE("option --until: past its time the group is in service by itself") {
  Operator ana;
  REQUIRE(ana.Run("group disable px-1 --until 1s").status == 0);
  CHECK(WaitUntil([&] {
    return Holds(ana.Run("group list").output, "px-1   in service");
  }));
  // Nothing was written for it.
  CHECK(ana.redis().Run("HGET px-1:STATE state\nGET groupring:generation") ==
        "disabled\n1\n");
  CHECK(Holds(ana.Run("status").output, "all groups in service, no problems"));
  const CommandResult again = ana.Run("group enable px-1");
  CHECK(Holds(again.output, "px-1: unchanged: in service\n"));
  CHECK(Holds(ana.Run("group show px-1").output, "33.3%"));
}

TEST_CASE(
    "option --until: an end that redis-cli wrote and that has passed counts") {
  Operator ana;
  ana.redis().Run("HSET px-1:STATE state disabled until 1700000000 by bob");
  CHECK(Holds(ana.Run("group list").output, "px-1   in service  2  1"));
  CHECK(Holds(ana.Run("explain ftp.example.org 198.51.100.7").output,
              "answered by px-1"));
  // So another may go out.
  CHECK(ana.Run("group disable px-2").status == 0);
}

TEST_CASE("option --until: a repeated disable without it takes the end away") {
  Operator ana;
  REQUIRE(ana.Run("group disable px-1 --until +4h --reason disk").status == 0);
  const CommandResult again = ana.Run("group disable px-1");
  CHECK(again.status == 0);
  CHECK(Holds(Steady(again.output),
              "px-1: DISABLED until 2027-01-15T08:00:00Z -> DISABLED (by "));
  CHECK(ana.redis().Run("HEXISTS px-1:STATE until") == "0\n");
  CHECK(ana.redis().Run("HGET px-1:STATE reason") == "disk\n");
}

TEST_CASE("option --force: past an interlock, and the audit says so") {
  Operator ana;
  REQUIRE(ana.Run("group disable px-1").status == 0);
  const CommandResult forced = ana.Run("group disable px-2 --force --json");
  CHECK(forced.status == 0);
  const auto json = nlohmann::json::parse(forced.output);
  CHECK(json["forced"] == true);
  CHECK(json["objections"].size() == 2);
  // Force that was not needed is not held against anybody.
  REQUIRE(ana.Run("group enable px-1 --force").status == 0);
  const std::string audit = ana.Run("audit").output;
  CHECK(Holds(audit, "in service -> DISABLED FORCED\n"));
  CHECK(Holds(audit, "DISABLED -> in service\n"));
}

TEST_CASE(
    "option --json: one object on standard output, whatever comes of it") {
  Operator ana;
  const auto result_of = [&](const std::string& line) {
    const CommandResult result = ana.Run(line + " --json");
    INFO(line << ": " << result.output << result.errors);
    const auto json = nlohmann::json::parse(result.output, nullptr, false);
    REQUIRE_FALSE(json.is_discarded());
    CHECK(json["exit_status"] == result.status);
    return json["result"].get<std::string>();
  };
  CHECK(result_of("group disable px-1 --dry-run") == "planned");
  CHECK(result_of("plan disable px-1") == "planned");
  CHECK(result_of("group disable px-1") == "written");
  CHECK(result_of("group disable px-1") == "unchanged");
  CHECK(result_of("group disable px-2") == "refused");
}

TEST_CASE("option --create: names and groups that are new need it") {
  Operator ana;
  for (const std::string line :
       {"name set new.example.org TTL=5",
        "name add-group more.example.org px-1",
        "name add-group ftp.example.org px-9", "address add px-8 192.0.2.8"}) {
    CAPTURE(line);
    const CommandResult without = ana.Run(line);
    CHECK(without.status == 1);
    CHECK(Holds(without.errors, "(--create "));
    CHECK(ana.Run(line + " --create").status == 0);
  }
}

TEST_CASE(
    "option --wait: a change that is in effect already is waited for, too") {
  Operator ana;
  REQUIRE(ana.Run("group disable px-1").status == 0);
  const CommandResult nobody = ana.Run("group disable px-1 --wait");
  CHECK(nobody.status == 5);
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  REQUIRE(WaitUntil([&] { return Holds(ana.Run("nodes").output, "ns1"); }));
  const CommandResult result = ana.Run("group disable px-1 --wait");
  CHECK(result.status == 0);
  CHECK(Holds(result.output, "applied on 1 of 1 node: ns1\n"));
}

TEST_CASE("option --dns: addresses, with --wait=expired only") {
  Operator ana;
  const CommandResult alone = ana.Run("group disable px-1 --dns 127.0.0.1");
  CHECK(alone.status == 2);
  CHECK(Holds(alone.errors, "--dns: expected only with --wait=expired"));
  const CommandResult name =
      ana.Run("group disable px-1 --wait=expired --dns 127.0.0.1,ns1.example");
  CHECK(name.status == 2);
  CHECK(Holds(name.errors,
              "--dns: ns1.example is no address of a name server; expected "
              "127.0.0.1:53 or [::1]:53\n"));
  CHECK(ana.redis().Run("EXISTS px-1:STATE") == "0\n");
}

TEST_CASE(
    "option --wait=expired: until no cache can hold what a node answered") {
  Operator ana;
  ana.redis().Run(
      "HSET ftp.example.org:CONFIG TTL 1\nHSET files.example.org:CONFIG TTL 1");
  const int64_t before = SystemClock().UnixMillis() / 1000;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const CommandResult result =
      ana.Run("group disable px-1 --wait=expired --json");
  INFO(result.output << result.errors);
  CHECK(result.status == 0);
  const auto json = nlohmann::json::parse(result.output);
  // A node counts groups as answered until it began, plus the TTL, and a second
  // is for answers on their way.
  CHECK(json["safe_since"].get<int64_t>() >= before + 2);
  CHECK(json["nodes"]["applied"][0] == "ns1");
}

TEST_CASE(
    "option --wait=expired: not safe when the group comes back meanwhile") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const TempDirectory scratch;
  Process waiting({.argv = ana.Words("group disable px-1 --wait=expired"),
                   .log_file = scratch / "errors",
                   .output_file = scratch / "output"});
  REQUIRE(WaitUntil([&] { return Holds(waiting.Log(), "to expire\n"); }));
  REQUIRE(ana.Run("group enable px-1 --reason 'wrong group'").status == 0);
  CHECK(waiting.Wait() == 1);
  CHECK(Holds(waiting.Log(), "not safe to upgrade: px-1 was changed by ana@"));
  CHECK(Holds(waiting.Log(), "(\"wrong group\"): DISABLED -> in service"));
  CHECK_FALSE(Holds(ReadFile(scratch / "output"), "safe to upgrade now"));

  const CommandResult early =
      ana.Run("group disable px-1 --wait=expired --until +30s");
  CHECK(early.status == 1);
  CHECK(Holds(early.errors, "before the last cached answer has expired"));
}

}  // namespace
}  // namespace groupring::testing
