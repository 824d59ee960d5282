#include "backend/report/outcome_report.h"

#include <nlohmann/json.hpp>
#include <string>

#include "backend/control/executor.h"
#include "tests/backend/control/fake_store.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

Outcome Disabling(DatasetText data, bool dry_run, bool force = false) {
  ManualClock clock;
  FakeStore store(std::move(data), &clock);
  ExecuteOptions options;
  options.who = "ana@ns1";
  options.reason = "kernel";
  options.dry_run = dry_run;
  options.force = force;
  const Invoked asked =
      Ask(redis::ChangeKind::kGroupDisable, {{"group", "g1"}});
  const auto outcome =
      Execute(asked.operation, asked.given, options, &store, &clock);
  REQUIRE(outcome.ok());
  return *outcome;
}

TEST_CASE("a plan shows who moves where, and every share that changes") {
  CHECK(OutcomeText(Disabling(ThreeGroups(), true)) ==
        R"(plan of group disable: g1: in service -> DISABLED; nothing is written
would move 33.3% of the client space of ftp.example.org and 1 more name: g1 -> g2 16.7%, g1 -> g3 16.7%
  GROUP  BEFORE  AFTER  CHANGE
  g1      33.3%   0.0%  -33.3%
  g2      33.3%  50.0%  +16.7%
  g3      33.3%  50.0%  +16.7%
resolvers could hold old answers until 2027-01-15T08:01:00Z (largest TTL 60 s)
)");
}

TEST_CASE("a change says what changed, by whom, whom it moves, until when") {
  Outcome outcome = Disabling(ThreeGroups(), false);
  CHECK(OutcomeText(outcome) ==
        R"(g1: in service -> DISABLED (by ana@ns1, "kernel")
moves 33.3% of the client space of ftp.example.org and 1 more name: g1 -> g2 16.7%, g1 -> g3 16.7%
resolvers may hold old answers until 2027-01-15T08:01:00Z (largest TTL 60 s)
)");
  outcome.nodes_known = true;
  outcome.nodes.applied = {"ns1", "ns3"};
  outcome.nodes.behind = {"ns2"};
  CHECK(NodesText(outcome) ==
        "applied on 2 of 3 nodes: ns1 ns3; not yet: ns2\n");
  outcome.nodes.behind = {};
  outcome.expiry.safe_since = kNow / 1000 + 60;
  CHECK(
      NodesText(outcome) ==
      "applied on 2 of 2 nodes: ns1 ns3\n"
      "safe to upgrade now: no node answers g1, and no cache has held it "
      "since 2027-01-15T08:01:00Z\n"
      "that is about DNS: sessions that were open go on, see the proxy's own, "
      "as in: ss -tn state established\n");
  outcome.nodes.gone = {"ns4"};
  outcome.nodes.stopped = {"ns5"};
  outcome.expiry.safe_since = 0;
  CHECK(NodesText(outcome) ==
        "applied on 2 of 3 nodes: ns1 ns3; silent: ns4; stopped: ns5\n");
}

TEST_CASE("a refusal names every reason and what to do next") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g3", Disabled());
  const Outcome outcome = Disabling(data, false);
  CHECK(OutcomeText(outcome).find(
            "refused: g1: in service -> DISABLED; nothing was written\n") == 0);
  CHECK(RefusalText(outcome) ==
        "refused: ftp.example.org would have 2 groups out of service (g1, g3; "
        "g3 already is)\n"
        "refused: ftps.example.org would have 2 groups out of service (g1, g3; "
        "g3 already is)\n"
        "g3 is DISABLED\n"
        "--force makes the change nevertheless\n");
  CHECK(OutcomeText(Disabling(data, false, true))
            .find("(by ana@ns1, \"kernel\", FORCED)") != std::string::npos);
  CHECK(RefusalText(Disabling(data, true)).find("would be refused: ftp.") == 0);
}

TEST_CASE("what changed nothing says what it found") {
  DatasetText data = ThreeGroups();
  redis::GroupState out = Disabled();
  out.reason = "kernel";
  SetState(&data, "g1", out);
  CHECK(OutcomeText(Disabling(data, false)) == "g1: unchanged: DISABLED\n");
}

TEST_CASE("an outcome for programs") {
  Outcome outcome = Disabling(ThreeGroups(), false);
  outcome.nodes_known = true;
  outcome.nodes.applied = {"ns1"};
  const auto json = nlohmann::json::parse(OutcomeJson(outcome));
  CHECK(json["version"] == 1);
  CHECK(json["result"] == "written");
  CHECK(json["exit_status"] == 0);
  CHECK(json["what"] == "group disable");
  CHECK(json["target"] == "g1");
  CHECK(json["before"] == "in service");
  CHECK(json["after"] == "DISABLED");
  CHECK(json["by"] == "ana@ns1");
  CHECK(json["reason"] == "kernel");
  CHECK(json["forced"] == false);
  CHECK(json["generation"] == 8);
  CHECK(json["old_answers_until"] == 1800000060);
  CHECK(json["ramp_ends"].is_null());
  CHECK(json["safe_since"].is_null());
  CHECK(json["nodes"]["applied"][0] == "ns1");
  const auto& ring = json["impact"]["rings"][0];
  CHECK(ring["names"].size() == 2);
  CHECK(ring["moved"] == Approx(0.33324).epsilon(0.001));
  CHECK(ring["moves"].size() == 2);
  CHECK(ring["shares"].size() == 3);
  CHECK(ring["shares"][0]["after"] == 0.0);
}

TEST_CASE("names from Redis cannot bend the terminal or the JSON") {
  Outcome outcome = Disabling(ThreeGroups(), false);
  outcome.plan.change.group = "g\033[2J\xff";
  CHECK(OutcomeText(outcome).find('\033') == std::string::npos);
  CHECK_FALSE(nlohmann::json::parse(OutcomeJson(outcome), nullptr, false)
                  .is_discarded());
}

}  // namespace
}  // namespace groupring::backend
