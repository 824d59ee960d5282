// `groupring checker` with a real Redis and servers on loopback.
#include <memory>
#include <string>
#include <vector>

#include "tests/program/checker_stage.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEST_CASE("checker: up at once, down after FALL, back up with after=down") {
  CheckerStage stage;
  LoopbackServer server("127.81.0.1", stage.port());
  stage.Redis("SADD g1:A 127.81.0.1 127.81.0.2 127.81.1.0/24");
  RunningChecker checker(stage, "c1");

  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "up since="));
  CHECK_FALSE(Holds(stage.Verdict("c1", "g1", "127.81.0.1"), "after=down"));
  REQUIRE(stage.Says("c1", "g1", "127.81.0.2", "down since="));
  CHECK(Holds(stage.Verdict("c1", "g1", "127.81.0.2"), "reason=refused"));

  server.Close();
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "down since="));
  server.Open();
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "up since="));
  CHECK(Holds(stage.Verdict("c1", "g1", "127.81.0.1"), "after=down"));

  // Each change once, and what it was before. Ranges are not probed.
  CHECK(stage.Events("127.81.0.1") == "up|,down|up,up|down,");
  CHECK(stage.Events("127.81.0.2") == "down|,");
  CHECK(stage.Redis("HKEYS groupring:verdicts:c1:g1").find('/') ==
        std::string::npos);
}

TEST_CASE("checker: verdicts of what is gone, or not checked, are deleted") {
  CheckerStage stage;
  const LoopbackServer server("127.81.0.1", stage.port());
  const LoopbackServer other("127.81.0.3", stage.port());
  stage.Redis("SADD g1:A 127.81.0.1 127.81.0.3\nSADD g2:A 127.81.0.3");
  RunningChecker checker(stage, "c1");
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "up "));
  REQUIRE(stage.Says("c1", "g1", "127.81.0.3", "up "));
  REQUIRE(stage.Says("c1", "g2", "127.81.0.3", "up "));

  stage.Redis("SREM g1:A 127.81.0.3");
  REQUIRE(stage.Says("c1", "g1", "127.81.0.3", ""));
  CHECK(Holds(stage.Verdict("c1", "g2", "127.81.0.3"), "up "));
  stage.Redis("HSET g2:CHECK PROBES none");
  REQUIRE(stage.Says("c1", "g2", "127.81.0.3", ""));
  CHECK(Holds(stage.Verdict("c1", "g1", "127.81.0.1"), "up "));
  stage.Redis("DEL g2:CHECK");
  REQUIRE(stage.Says("c1", "g2", "127.81.0.3", "up "));

  // Also of groups that went away while it did not run.
  REQUIRE(checker.process().Stop() == 0);
  stage.Redis("SREM name.example:GROUPS g2\nDEL g2:A");
  checker.Start();
  REQUIRE(stage.Says("c1", "g2", "127.81.0.3", ""));
  CHECK(Holds(stage.Verdict("c1", "g1", "127.81.0.1"), "up "));
}

TEST_CASE("checker: goes on while Redis is away, and writes afterwards") {
  CheckerStage stage;
  LoopbackServer server("127.81.0.1", stage.port());
  stage.Redis("SADD g1:A 127.81.0.1");
  RunningChecker checker(stage, "c1");
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "up "));

  stage.redis().Stop();
  server.Close();
  REQUIRE(checker.Logs("g1 127.81.0.1: down, was up: refused"));
  server.Open();
  REQUIRE(checker.Logs("g1 127.81.0.1: up, was down"));
  server.Close();
  REQUIRE(WaitUntil([&] {
    const std::string log = checker.process().Log();
    return log.find(": down, was up") != log.rfind(": down, was up");
  }));
  stage.redis().Start();
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "down "));
  REQUIRE(checker.Logs("verdicts are written to Redis again"));
  CHECK(WaitUntil([&] {
    return stage.Events("127.81.0.1") == "up|,down|up,up|down,down|up,";
  }));
}

TEST_CASE("checker: a restart changes no verdict, whatever it ends by") {
  CheckerStage stage;
  const LoopbackServer server("127.81.0.1", stage.port());
  LoopbackServer returned("127.81.0.3", stage.port());
  returned.Close();
  stage.Redis("SADD g1:A 127.81.0.1 127.81.0.2 127.81.0.3");
  RunningChecker checker(stage, "c1");
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "up "));
  REQUIRE(stage.Says("c1", "g1", "127.81.0.2", "down "));
  REQUIRE(stage.Says("c1", "g1", "127.81.0.3", "down "));
  returned.Open();
  REQUIRE(stage.Says("c1", "g1", "127.81.0.3", "up "));

  const std::string verdicts = stage.AllVerdicts("c1", "g1");
  const std::string events = stage.Redis("XLEN groupring:health:log");
  REQUIRE(checker.process().Stop(GENERATE(SIGTERM, SIGKILL)) >= 0);
  CHECK(stage.AllVerdicts("c1", "g1") == verdicts);
  checker.Start();
  REQUIRE(WaitUntil([&] {
    return Holds(stage.Field("c1", "pid"),
                 std::to_string(checker.process().pid())) &&
           stage.Field("c1", "probes_per_second") != "0";
  }));
  // It has probed all of them since.
  REQUIRE(checker.Probed(stage, 9));
  CHECK(stage.AllVerdicts("c1", "g1") == verdicts);
  CHECK(stage.Redis("XLEN groupring:health:log") == events);
}

TEST_CASE("checker: two of them, each with verdicts of its own") {
  CheckerStage stage;
  LoopbackServer server("127.81.0.1", stage.port());
  stage.Redis("SADD g1:A 127.81.0.1");
  RunningChecker one(stage, "c1");
  RunningChecker two(stage, "c2");
  for (const char* id : {"c1", "c2"}) {
    REQUIRE(stage.Says(id, "g1", "127.81.0.1", "up "));
  }
  CHECK(stage.Redis("ZCARD groupring:checkers") == "2\n");
  CHECK(stage.Field("c2", "doubts") == "no");
  CHECK(stage.Field("c1", "pid") == std::to_string(one.process().pid()));
  CHECK(std::stoi(stage.Redis("PTTL groupring:checker:c1")) > 10'000);
  server.Close();
  for (const char* id : {"c1", "c2"}) {
    REQUIRE(stage.Says(id, "g1", "127.81.0.1", "down "));
  }
}

TEST_CASE("checker: two of one name are told of in the log") {
  CheckerStage stage;
  RunningChecker one(stage, "c1");
  REQUIRE(WaitUntil([&] { return stage.Field("c1", "doubts") == "no"; }));
  RunningChecker two(stage, "c1");
  CHECK(one.Logs("another checker calls itself c1, too"));
  CHECK(two.Logs("another checker calls itself c1, too"));
}

TEST_CASE("checker: doubts itself while its reference is away") {
  CheckerStage stage;
  LoopbackServer reference("127.81.9.9", stage.port());
  const LoopbackServer server("127.81.0.1", stage.port());
  stage.Redis("SADD g1:A 127.81.0.1");
  RunningChecker checker(
      stage, "c1",
      "reference = [\"127.81.9.9:" + std::to_string(stage.port()) + "\"]\n");
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "up "));
  REQUIRE(stage.Field("c1", "doubts") == "no");
  reference.Close();
  REQUIRE(WaitUntil([&] { return stage.Field("c1", "doubts") == "yes"; }));
  CHECK(Holds(stage.Field("c1", "why"),
              "its references cannot be reached: 127.81.9.9:"));
  CHECK(
      checker.Logs("this checker doubts itself, and its verdicts do not "
                   "count: its references cannot be reached"));
  reference.Open();
  REQUIRE(WaitUntil([&] { return stage.Field("c1", "doubts") == "no"; }));
  CHECK(checker.Logs("does not doubt itself any more"));
}

TEST_CASE(
    "checker: doubts itself before most addresses are down, also when "
    "restarted") {
  CheckerStage stage;
  std::vector<std::unique_ptr<LoopbackServer>> servers;
  stage.Redis("HSET groupring:check FALL 4");
  for (int i = 1; i <= 12; ++i) {
    const std::string address = "127.81.0." + std::to_string(i);
    servers.push_back(std::make_unique<LoopbackServer>(address, stage.port()));
    stage.Redis("SADD g1:A " + address);
  }
  RunningChecker checker(stage, "c1");
  REQUIRE(WaitUntil(
      [&] { return stage.Redis("HLEN groupring:verdicts:c1:g1") == "12\n"; }));
  for (const auto& server : servers) server->Close();
  REQUIRE(WaitUntil([&] { return stage.Field("c1", "doubts") == "yes"; }));
  REQUIRE(stage.Says("c1", "g1", "127.81.0.12", "down "));
  CHECK(Holds(stage.Field("c1", "why"), "addresses went down at once"));
  const std::string log = checker.process().Log();
  CHECK(log.find("this checker doubts itself") < log.find(": down, was up"));

  REQUIRE(WaitUntil([&] { return stage.Down("c1", "g1") == 12; }));
  REQUIRE(checker.process().Stop(SIGKILL) > 0);
  checker.Start();
  REQUIRE(WaitUntil([&] {
    return stage.Field("c1", "pid") == std::to_string(checker.process().pid());
  }));
  CHECK(stage.Field("c1", "doubts") == "yes");

  for (const auto& server : servers) server->Open();
  REQUIRE(WaitUntil([&] { return stage.Field("c1", "doubts") == "no"; }));
  REQUIRE(WaitUntil([&] { return stage.Down("c1", "g1") == 0; }));
}

TEST_CASE("checker: the doubt of another one is not its own") {
  CheckerStage stage;
  // What both said last; c1 is started again.
  stage.Redis(
      "SADD g1:A 127.81.0.1 127.81.0.2 127.81.0.3\n"
      "ZADD groupring:checkers 1700000000000 c1 1700000000000 c2\n"
      "HSET groupring:checker:c1 doubts no\n"
      "HSET groupring:checker:c2 doubts yes\n"
      "HSET groupring:verdicts:c1:g1"
      " 127.81.0.1 'down since=1700000000000 reason=refused'"
      " 127.81.0.2 'down since=1700000000000 reason=refused'"
      " 127.81.0.3 'down since=1700000000000 reason=refused'");
  RunningChecker checker(stage, "c1");
  REQUIRE(WaitUntil([&] {
    return stage.Field("c1", "pid") == std::to_string(checker.process().pid());
  }));
  CHECK(stage.Down("c1", "g1") == 3);
  CHECK(stage.Field("c1", "doubts") == "no");
}

TEST_CASE("checker: heartbeats are keys in Redis, beside other probes") {
  CheckerStage stage;
  const LoopbackServer server("127.81.0.1", stage.port());
  stage.Redis(
      "SADD g1:A 127.81.0.1\nSADD g2:A 127.81.0.2\n"
      "HSET g1:CHECK PROBES 'heartbeat tcp:" +
      std::to_string(stage.port()) +
      "'\nHSET g2:CHECK PROBES heartbeat\n"
      "SET groupring:alive:127.81.0.1 1\n"
      "SET groupring:alive:127.81.0.2 1");
  RunningChecker checker(stage, "c1");
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "up "));
  REQUIRE(stage.Says("c1", "g2", "127.81.0.2", "up "));
  stage.Redis("DEL groupring:alive:127.81.0.1");
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "down "));
  CHECK(Holds(stage.Verdict("c1", "g1", "127.81.0.1"),
              "reason=heartbeat_expired"));
  CHECK(Holds(stage.Verdict("c1", "g2", "127.81.0.2"), "up "));
}

TEST_CASE(
    "checker: SIGHUP reads the settings again, and wrong ones are not "
    "taken") {
  CheckerStage stage;
  const LoopbackServer server("127.81.0.1", stage.port());
  stage.Redis("SADD g1:A 127.81.0.1 127.81.0.2");
  RunningChecker checker(stage, "c1");
  REQUIRE(stage.Says("c1", "g1", "127.81.0.1", "up "));
  REQUIRE(stage.Says("c1", "g1", "127.81.0.2", "down "));
  const std::string verdicts = stage.AllVerdicts("c1", "g1");

  checker.Write("reference = [\"nonsense\"]\n");
  checker.process().Signal(SIGHUP);
  REQUIRE(checker.Logs("settings not taken over, going on as before: "));
  CHECK(checker.Logs("[checker] reference: expected a list of addresses"));

  checker.Write("reference = [\"127.81.9.9:" + std::to_string(stage.port()) +
                "\"]\n");
  checker.process().Signal(SIGHUP);
  REQUIRE(checker.Logs("settings read again"));
  REQUIRE(WaitUntil([&] { return stage.Field("c1", "doubts") == "yes"; }));
  CHECK(stage.AllVerdicts("c1", "g1") == verdicts);

  // Under another name it begins again.
  checker.WriteAs("c9", "");
  checker.process().Signal(SIGHUP);
  REQUIRE(stage.Says("c9", "g1", "127.81.0.2", "down "));
  CHECK(stage.AllVerdicts("c1", "g1") == verdicts);
}

TEST_CASE("checker: /readyz says what keeps its verdicts from counting") {
  CheckerStage stage;
  const FreePort http;
  const std::string address = "127.0.0.1:" + std::to_string(http.number());
  LoopbackServer reference("127.81.9.9", stage.port());
  const LoopbackServer server("127.81.0.1", stage.port());
  stage.Redis("SADD g1:A 127.81.0.1 127.81.0.2");
  RunningChecker checker(stage, "c1",
                         "http = \"" + address +
                             "\"\nreference = [\"127.81.9.9:" +
                             std::to_string(stage.port()) + "\"]\n");
  const auto ready = [&](const std::string& part) {
    return WaitUntil(
        [&] { return Holds(HttpGet(http.number(), "/readyz"), part); });
  };
  CHECK(ready("ready: checker c1, 2 addresses, 1 down, 0 not known yet"));
  CHECK(Holds(HttpGet(http.number(), "/readyz"), " 200 "));
  CHECK(Holds(HttpGet(http.number(), "/livez"), " 200 "));
  reference.Close();
  CHECK(ready("it doubts itself: its references cannot be reached"));
  CHECK(Holds(HttpGet(http.number(), "/readyz"), " 503 "));
  stage.redis().Stop();
  CHECK(ready("Redis does not take verdicts"));
  CHECK(Holds(HttpGet(http.number(), "/dns"), " 404 "));
}

TEST_CASE("checker: its user in Redis can write verdicts and nothing else") {
  CheckerStage stage;
  const auto refused = [&](const std::string& command) {
    return Holds(stage.AsChecker(command), "NOPERM");
  };
  CHECK(refused("SADD g1:A 192.0.2.1"));
  CHECK(refused("HSET g1:STATE state disabled"));
  CHECK(refused("HSET g1:CHECK PROBES none"));
  CHECK(refused("HSET groupring:check PROBES none"));
  CHECK(refused("INCR groupring:generation"));
  CHECK(refused("XADD groupring:audit * who me"));
  CHECK(refused("DEL groupring:verdicts:c1:g1"));
  CHECK(refused("SET groupring:alive:192.0.2.1 1"));
  CHECK(refused("ZADD groupring:nodes 1 n:1"));
  CHECK_FALSE(refused("HSET groupring:verdicts:c1:g1 192.0.2.1 up"));
  CHECK_FALSE(refused("HGETALL groupring:check"));
}

TEST_CASE("checker: what keeps it from starting is said") {
  CheckerStage stage;
  const auto complains = [&](const std::string& more) {
    return RunningChecker::RunToEnd(stage, "c1", more);
  };
  CommandResult result = complains("per_host_per_second = 0\n");
  CHECK(result.status == 1);
  CHECK(Holds(result.errors,
              "[checker] per_host_per_second: expected a "
              "number, 1 to 1000"));
  result = complains("logins_file = \"/nonexistent/logins\"\n");
  CHECK(result.status == 1);
  CHECK(Holds(result.errors, "/nonexistent/logins"));
  result = complains("source = [\"127.0.0.1\", \"127.0.0.2\"]\n");
  CHECK(result.status == 1);
  CHECK(Holds(result.errors, "127.0.0.2 is the second of its family"));
}

}  // namespace
}  // namespace groupring::testing
