// What a change waits for once it is written.
#include <string>
#include <vector>

#include "backend/control/executor.h"
#include "backend/report/outcome_report.h"
#include "tests/backend/control/executor_world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

absl::Status Wait(World* world, WaitFor wait, Outcome* outcome,
                  Lines* news = nullptr) {
  return Await(
      wait, std::chrono::seconds(30), &world->store, {}, &world->clock,
      [&](std::chrono::milliseconds time) { world->clock.Pass(time); },
      [&](const std::string& line) {
        if (news != nullptr) news->push_back(line);
      },
      outcome);
}

TEST_CASE(
    "without waiting the nodes are given a moment, which decides nothing") {
  World world;
  world.store.Node("ns1", 8);
  world.store.Node("ns2", 7);
  Outcome outcome = world.Run(Disable("g1"));
  REQUIRE(Wait(&world, WaitFor::kNothing, &outcome).ok());
  CHECK(outcome.nodes.applied == Lines{"ns1"});
  CHECK(outcome.nodes.behind == Lines{"ns2"});
  CHECK(outcome.exit_status == 0);
  CHECK(outcome.nodes_known);
  CHECK(world.clock.passed() == std::chrono::seconds(1));
}

TEST_CASE("without waiting a node that answers by the change ends the look") {
  World world;
  world.store.Node("ns1", 7);
  Outcome outcome = world.Run(Disable("g1"));
  world.store.at_nodes = [&, looks = 0]() mutable {
    if (++looks == 2) world.store.Node("ns1", 8);
  };
  REQUIRE(Wait(&world, WaitFor::kNothing, &outcome).ok());
  CHECK(outcome.nodes.applied == Lines{"ns1"});
  CHECK(world.clock.passed() < std::chrono::seconds(1));
}

TEST_CASE("what is written is no failure because Redis goes away then") {
  World world;
  Outcome outcome = world.Run(Disable("g1"));
  world.store.Away(absl::UnavailableError("gone"));
  REQUIRE(Wait(&world, WaitFor::kNothing, &outcome).ok());
  CHECK_FALSE(outcome.nodes_known);
  CHECK(outcome.exit_status == 0);
}

TEST_CASE("waiting ends when the last node answers by the change") {
  World world;
  world.store.Node("ns1", 8);
  world.store.Node("ns2", 7);
  Outcome outcome = world.Run(Disable("g1"));
  world.store.at_nodes = [&] {
    if (world.clock.passed() >= std::chrono::seconds(3)) {
      world.store.Node("ns2", 8);
    }
  };
  Lines news;
  REQUIRE(Wait(&world, WaitFor::kNodes, &outcome, &news).ok());
  CHECK(outcome.exit_status == 0);
  CHECK(outcome.nodes.applied == Lines{"ns1", "ns2"});
  CHECK(news == Lines{"waiting for ns2"});
  CHECK(world.clock.passed() < std::chrono::seconds(4));
}

TEST_CASE("waiting for a node that stays behind times out") {
  World world;
  world.store.Node("ns1", 8);
  world.store.Node("ns2", 7);
  Outcome outcome = world.Run(Disable("g1"));
  REQUIRE(Wait(&world, WaitFor::kNodes, &outcome).ok());
  CHECK(outcome.exit_status == 4);
  CHECK(outcome.nodes.behind == Lines{"ns2"});
  CHECK(world.clock.passed() == std::chrono::seconds(30));
}

TEST_CASE("a node that dies while it is waited for leaves a doubt") {
  World world;
  world.store.Node("ns1", 8);
  world.store.Node("ns2", 7);
  Outcome outcome = world.Run(Disable("g1"));
  world.store.at_nodes = [&] {
    if (world.clock.passed() >= std::chrono::seconds(3)) {
      world.store.Silent("ns2");
    }
  };
  REQUIRE(Wait(&world, WaitFor::kNodes, &outcome).ok());
  CHECK(outcome.exit_status == 5);
  CHECK(outcome.nodes.gone == Lines{"ns2"});
}

TEST_CASE("no live node at all is said at once") {
  World world;
  Outcome outcome = world.Run(Disable("g1"));
  REQUIRE(Wait(&world, WaitFor::kExpiry, &outcome).ok());
  CHECK(outcome.exit_status == 5);
  CHECK(outcome.expiry.safe_since == 0);
  CHECK(world.clock.passed().count() == 0);
}

TEST_CASE("a Redis that is away is waited for, too") {
  World world;
  world.store.Node("ns1", 8);
  Outcome outcome = world.Run(Disable("g1"));
  world.store.Away(absl::UnavailableError("connection refused"));
  world.store.at_nodes = [&] {
    if (world.clock.passed() >= std::chrono::seconds(2)) {
      world.store.Away(absl::OkStatus());
    }
  };
  Lines news;
  REQUIRE(Wait(&world, WaitFor::kNodes, &outcome, &news).ok());
  CHECK(outcome.exit_status == 0);
  CHECK(news == Lines{"waiting for Redis: connection refused"});
}

TEST_CASE("safe to upgrade once the last cached answer has expired") {
  World world;
  world.store.Node("ns1", 8);
  world.store.AnswersNow("g1");
  Outcome outcome = world.Run(Disable("g1"));
  REQUIRE(Wait(&world, WaitFor::kExpiry, &outcome).ok());
  CHECK(outcome.exit_status == 0);
  CHECK(outcome.expiry.safe_since == kNow / 1000 + 61);
  CHECK(world.clock.passed() == std::chrono::seconds(61));
}

TEST_CASE("safe no sooner than a whole second in which the TTL has passed") {
  World world;
  world.store.Node("ns1", 8);
  world.clock.Pass(std::chrono::milliseconds(1));
  world.store.AnswersNow("g1");
  Outcome outcome = world.Run(Disable("g1"));
  REQUIRE(Wait(&world, WaitFor::kExpiry, &outcome).ok());
  CHECK(outcome.expiry.safe_since == kNow / 1000 + 62);
}

TEST_CASE("a drain is waited for to its end, and for the TTL after it") {
  World world;
  world.store.Node("ns1", 8);
  Outcome outcome = world.Run(Ask(redis::ChangeKind::kGroupDrain,
                                  {{"group", "g1"}, {"--over", "10m"}}));
  world.store.at_nodes = [&] {
    if (world.clock.UnixMillis() < kNow + 600'000) world.store.AnswersNow("g1");
  };
  REQUIRE(Wait(&world, WaitFor::kExpiry, &outcome).ok());
  CHECK(outcome.expiry.safe_since > kNow / 1000 + 650);
  CHECK(outcome.expiry.safe_since <= kNow / 1000 + 661);
  CHECK(world.clock.passed() >= std::chrono::seconds(650));
}

TEST_CASE("what was out already is waited for as well") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g1", Disabled());
  World world(data);
  world.store.Node("ns1", 7);
  world.store.AnswersNow("g1");
  ExecuteOptions options = Ana();
  options.reason = "";
  Outcome outcome = world.Run(Disable("g1"), options);
  REQUIRE(Wait(&world, WaitFor::kExpiry, &outcome).ok());
  CHECK(outcome.expiry.safe_since == kNow / 1000 + 61);
}

TEST_CASE("not safe when someone brings the group back meanwhile") {
  World world;
  world.store.Node("ns1", 8);
  world.store.AnswersNow("g1");
  Outcome outcome = world.Run(Disable("g1"));
  world.store.ElseSets("g1", redis::GroupState(), "group enable");
  const absl::Status waited = Wait(&world, WaitFor::kExpiry, &outcome);
  CHECK(waited.code() == absl::StatusCode::kAborted);
  CHECK(std::string(waited.message()) ==
        "not safe to upgrade: g1 was changed by bob@ns2 (\"disk\"): in service "
        "-> DISABLED");
  CHECK(world.clock.passed() < std::chrono::seconds(60));
  CHECK(outcome.expiry.safe_since == 0);
}

TEST_CASE("a node that has stopped long ago ends the wait for safety") {
  World world;
  world.store.Node("ns1", 8);
  world.store.AnswersNow("g1");
  world.store.Stopped("ns2");
  world.clock.Pass(std::chrono::seconds(11));
  Outcome outcome = world.Run(Disable("g1"));
  REQUIRE(Wait(&world, WaitFor::kExpiry, &outcome).ok());
  CHECK(outcome.exit_status == 5);
  CHECK(outcome.expiry.safe_since == 0);
  REQUIRE(outcome.expiry.obstacles.size() == 1);
  CHECK(outcome.expiry.obstacles[0].kind == Obstacle::Kind::kNodeStopped);
  CHECK(world.clock.passed() == std::chrono::seconds(11));
}

TEST_CASE("not safe when the group comes back before the answers expire") {
  World world;
  world.store.Node("ns1", 8);
  world.store.AnswersNow("g1");
  Outcome outcome = world.Run(Disable("g1", "30s"));
  const absl::Status waited = Wait(&world, WaitFor::kExpiry, &outcome);
  CHECK(std::string(waited.message()) ==
        "not safe to upgrade: g1 comes back at 2027-01-15T08:00:30Z, before "
        "the last cached answer has expired, at 2027-01-15T08:01:01Z; give it "
        "a later --until");
  CHECK(world.clock.passed().count() == 0);
}

}  // namespace
}  // namespace groupring::backend
