// `groupring status`, `nodes` and `watch`: how everything stands.
#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// A command that goes on until it is stopped.
class Running {
 public:
  Running(const Operator& ana, std::string_view line)
      : process_({.argv = ana.Words(line),
                  .log_file = scratch_ / "errors",
                  .output_file = scratch_ / "output"}) {}

  std::string Output() const { return ReadFile(scratch_ / "output"); }
  std::string Errors() const { return process_.Log(); }
  bool Says(std::string_view part) const {
    return WaitUntil([&] { return Holds(Output(), part); });
  }
  bool Complains(std::string_view part) const {
    return WaitUntil([&] { return Holds(Errors(), part); });
  }
  Process& process() { return process_; }

 private:
  TempDirectory scratch_;
  Process process_;
};

bool UpToDate(const Operator& ana) {
  return WaitUntil([&] {
    return Holds(ana.Run("nodes").output, "ns1   daemon  up to date");
  });
}

TEST_CASE("status and nodes: without and with a node, and with trouble") {
  Operator ana;
  ana.Type("status");
  ana.Type("nodes");
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  REQUIRE(UpToDate(ana));
  ana.Type("nodes");
  ana.redis().Run(
      "HSET px-1:STATE state disabled by bob since 1700000000 reason disk\n"
      "SADD px-2:A nonsense\nDEL px-3:A px-3:AAAA");
  REQUIRE(WaitUntil(
      [&] { return Holds(ana.Run("nodes").output, "px-3 has no addresses"); }));
  ana.Type("status");
  ana.CheckTranscript("service");
}

TEST_CASE("status and nodes for a monitoring system: one line and a status") {
  Operator ana;
  const auto check = [&](const std::string& line, int status,
                         std::string_view begin) {
    const CommandResult result = ana.Run(line + " --check");
    CAPTURE(line, result.output);
    CHECK(result.status == status);
    CHECK(result.output.starts_with(begin));
    CHECK(std::count(result.output.begin(), result.output.end(), '\n') == 1);
    CHECK(result.output.back() == '\n');
    CHECK(result.errors.empty());
  };
  check("status", 1,
        "GROUPRING STATUS WARNING - 1 warning: no node is listed in this "
        "Redis; 3 names in 1 zone from 3 groups, 0 of 0 nodes up to date");
  check("nodes", 1, "GROUPRING NODES WARNING - 1 warning: no node is listed");
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  REQUIRE(UpToDate(ana));
  check("nodes", 0, "GROUPRING NODES OK - 1 of 1 node up to date");
  // What an operator wants is told, and is nothing wrong.
  REQUIRE(ana.Run("group disable px-1 --wait").status == 0);
  check("status", 0,
        "GROUPRING STATUS OK - 3 names in 1 zone from 3 groups (out: px-1 "
        "DISABLED (by ana@");
  ana.redis().Run("SADD px-2:A 'non|sense'");
  check("status", 2, "GROUPRING STATUS CRITICAL - 1 problem: data: ");
  CHECK_FALSE(Holds(ana.Run("status --check").output, "|"));
  ana.redis().Run("FLUSHALL");
  check("status", 2, "GROUPRING STATUS CRITICAL - ");
  ana.redis().Stop();
  check("status", 2, "GROUPRING STATUS CRITICAL - Redis cannot be reached: ");
  check("nodes", 2, "GROUPRING NODES CRITICAL - Redis cannot be reached: ");
  // What says nothing of the service is not known.
  check("status --bogus", 3, "GROUPRING CHECK UNKNOWN - ");
  check("nodes --config /nonexistent", 3, "GROUPRING ");
  const CommandResult wrong =
      ana.Run("doctor --check", "/nonexistent/groupring.toml");
  CHECK(wrong.status == 3);
  CHECK(wrong.output.starts_with("GROUPRING DOCTOR UNKNOWN - "));
}

TEST_CASE(
    "status without Redis, or with an emptied one: what this node answers") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const std::string& settings = node.settings().file();
  REQUIRE(ana.Run("group disable px-1 --reason disk --wait").status == 0);
  ana.redis().Run("SAVE");

  ana.redis().Run("FLUSHALL");
  REQUIRE(WaitUntil([&] {
    return Holds(ana.Run("status", settings).output, "is not believed since");
  }));
  CommandResult result = ana.Run("status", settings);
  INFO(result.output);
  CHECK(result.status == 0);
  CHECK(Holds(result.output,
              "Redis holds no names.\nThis is the view of the "
              "node on this host alone (ns1, process "));
  CHECK(
      Holds(result.output, "answers  what Redis held before it lost its data"));
  CHECK(Holds(result.output, "OUT      px-1 DISABLED (by ana@"));
  auto json = nlohmann::json::parse(ana.Run("status --json", settings).output);
  CHECK(json["names"] == 0);
  CHECK(json["local_node"]["status"]["answers_from"] == "doubted");
  CHECK(json["local_node"]["groups"].size() == 3);

  ana.redis().Stop();
  REQUIRE(WaitUntil([&] {
    return Holds(ana.Run("status", settings).output, "problem  Redis is away");
  }));
  result = ana.Run("status", settings);
  CHECK(result.status == 1);
  CHECK(result.output.starts_with("Redis cannot be reached: "));
  CHECK(Holds(result.output, "of other nodes nothing is known"));
  CHECK(Holds(result.output, "px-1   DISABLED"));
  CHECK(Holds(result.output, "px-2   in service"));
  json = nlohmann::json::parse(ana.Run("status --json", settings).output);
  CHECK(
      json["redis"].get<std::string>().starts_with("Redis cannot be reached"));
  CHECK(json["local_node"]["node"] == "ns1");
  CHECK(json["local_node"]["status"]["names"] == 3);

  // On a host where none serves there is nothing to show.
  result = ana.Run("status");
  CHECK(result.status == 1);
  CHECK(result.output.empty());
  CHECK(Holds(result.errors, "cannot connect to "));
}

TEST_CASE("status and nodes as JSON") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  REQUIRE(ana.Run("group disable px-1 --reason disk --wait").status == 0);
  REQUIRE(UpToDate(ana));
  ana.Type("status --json");
  ana.Type("nodes --json");
  ana.CheckTranscript("service_json");
}

TEST_CASE("watch: tells what commands and redis-cli change, each thing once") {
  Operator ana;
  Running watch(ana, "watch --interval 1s");
  REQUIRE(watch.Says("all groups in service, no problems\n"));
  REQUIRE(ana.Run("group disable px-1 --reason disk").status == 0);
  REQUIRE(watch.Says(" px-1 in service -> DISABLED (by ana@"));
  ana.redis().Run("SADD px-2:A nonsense");
  REQUIRE(
      watch.Says(" problem: data: Redis key \"px-2:A\": member "
                 "\"nonsense\""));
  ana.redis().Run("HSET ftp.example.org:WEIGHTS px-3 50");
  REQUIRE(watch.Says(" px-3 weight 100 -> 50-100\n"));
  // It reads everything again each time: what is still wrong is not solved.
  CHECK_FALSE(Holds(watch.Output(), "solved"));
  ana.redis().Run("SREM px-2:A nonsense");
  REQUIRE(watch.Says(" solved: data: Redis key \"px-2:A\""));
  CHECK(watch.Errors().empty());
  CHECK(watch.process().Stop(SIGINT) == 128 + SIGINT);
}

TEST_CASE("watch: goes on through an outage of Redis, and tells of it") {
  Operator ana;
  Running watch(ana, "watch --interval 1s");
  REQUIRE(watch.Says("all groups in service"));
  ana.redis().Stop();
  REQUIRE(watch.Complains(" Redis is away: "));
  ana.redis().Start();
  REQUIRE(watch.Complains(" Redis is back\n"));
  REQUIRE(watch.process().Running());
}

TEST_CASE("watch --json: a line whenever something has changed") {
  Operator ana;
  Running watch(ana, "watch --interval 1s --json");
  REQUIRE(watch.Says("\n"));
  // Its heartbeats are no change; that it is there is one.
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  REQUIRE(watch.Says("\"node\":\"ns1\""));
  REQUIRE(ana.Run("group disable px-1 --wait").status == 0);
  REQUIRE(watch.Says("\"out\":[\"px-1\"]"));
  REQUIRE(watch.Says("\"generation\":1,\"up_to_date\":true"));
  std::istringstream lines(watch.Output());
  nlohmann::json before;
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    nlohmann::json now = nlohmann::json::parse(line, nullptr, false);
    REQUIRE_FALSE(now.is_discarded());
    CHECK(now["version"] == 1);
    for (auto& each : now["nodes"]) each.erase("seen");
    CHECK(now != before);
    before = now;
  }
  CHECK(count >= 3);
}

TEST_CASE("audit: who changed what, when and why; the newest last") {
  Operator ana;
  ana.Type("audit");
  REQUIRE(ana.Run("group disable px-1 --reason 'kernel upgrade'").status == 0);
  REQUIRE(ana.Run("group disable px-2 --force").status == 0);
  REQUIRE(ana.Run("group enable px-1").status == 0);
  REQUIRE(ana.Run("name set ftp.example.org TTL=20").status == 0);
  // Refused, planned and unchanged ones leave no trace.
  CHECK(ana.Run("name remove ftp.example.org").status == 3);
  CHECK(ana.Run("plan enable px-2").status == 0);
  CHECK(ana.Run("group enable px-1").status == 0);
  ana.Type("audit");
  ana.Type("audit --count 1");
  ana.Type("audit --count 2 --json");
  ana.Type("audit --count -1");
  ana.CheckTranscript("audit");
}

TEST_CASE("audit --follow: goes on with new entries, one a line") {
  Operator ana;
  REQUIRE(ana.Run("group disable px-1 --reason disk").status == 0);
  Running text(ana, "audit --follow --count 1");
  Running json(ana, "audit --follow --count 0 --json");
  REQUIRE(text.Says("group disable px-1: in service -> DISABLED (\"disk\")\n"));
  REQUIRE(ana.Run("group enable px-1").status == 0);
  REQUIRE(text.Says("group enable px-1: DISABLED -> in service\n"));
  REQUIRE(json.Says("\n"));
  CHECK(nlohmann::json::parse(json.Output())["what"] == "group enable");
  ana.redis().Stop();
  REQUIRE(text.Complains("Redis is away"));
  ana.redis().Start();
  REQUIRE(text.Complains("Redis is back"));
  REQUIRE(ana.Run("group disable px-3").status == 0);
  REQUIRE(text.Says("group disable px-3: "));
}

}  // namespace
}  // namespace groupring::testing
