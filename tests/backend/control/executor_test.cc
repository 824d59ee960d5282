#include "backend/control/executor.h"

#include <string>
#include <vector>

#include "backend/report/outcome_report.h"
#include "tests/backend/control/fake_store.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

Invoked Disable(const std::string& group, const std::string& until = "") {
  return Ask(redis::ChangeKind::kGroupDisable,
             {{"group", group}, {"--until", until}});
}

ExecuteOptions Ana() {
  ExecuteOptions options;
  options.who = "ana@ns1";
  options.reason = "kernel";
  return options;
}

struct World {
  explicit World(DatasetText data = ThreeGroups())
      : store(std::move(data), &clock) {}

  Outcome Run(const Invoked& asked, const ExecuteOptions& options = Ana()) {
    const auto outcome =
        Execute(asked.operation, asked.given, options, &store, &clock);
    INFO(outcome.status().ToString());
    REQUIRE(outcome.ok());
    return *outcome;
  }

  ManualClock clock;
  FakeStore store;
};

TEST_CASE("a change is written once, with its audit entry") {
  World world;
  const Outcome outcome = world.Run(Disable("g1"));
  CHECK(outcome.result == Result::kWritten);
  CHECK(outcome.exit_status == 0);
  CHECK(outcome.generation == 8);
  CHECK(outcome.old_answers_until_unix_seconds == kNow / 1000 + 60);
  REQUIRE(world.store.audit().size() == 1);
  const redis::AuditEntry& entry = world.store.audit()[0];
  CHECK(entry.who == "ana@ns1");
  CHECK(entry.what == "group disable");
  CHECK(entry.target == "g1");
  CHECK(entry.reason == "kernel");
  CHECK(entry.before == "in service");
  CHECK(entry.after == "DISABLED");
  CHECK_FALSE(entry.forced);
}

TEST_CASE("a dry run writes nothing, whatever speaks against it") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g3", Disabled());
  World world(data);
  ExecuteOptions options = Ana();
  options.dry_run = true;
  const Outcome outcome = world.Run(Disable("g1"), options);
  CHECK(outcome.result == Result::kPlanned);
  CHECK(outcome.exit_status == 0);
  CHECK(outcome.plan.objections.size() == 2);
  CHECK(world.store.generation() == 7);
}

TEST_CASE("a change of a value that was not read is refused, planned or not") {
  World world;
  world.store.unread = {
      {"g1:STATE", "a hash of 1001 is too large and is not read; defaults"}};
  for (const bool dry_run : {false, true}) {
    ExecuteOptions options = Ana();
    options.dry_run = dry_run;
    options.force = true;
    const Invoked asked = Disable("g1");
    const auto refused = Execute(asked.operation, asked.given, options,
                                 &world.store, &world.clock);
    REQUIRE_FALSE(refused.ok());
    CHECK(absl::IsFailedPrecondition(refused.status()));
    CHECK(
        refused.status().message() ==
        "\"g1:STATE\": a hash of 1001 is too large and is not read. What this "
        "change does to it cannot be told: put it right with redis-cli first");
  }
  CHECK(world.store.generation() == 7);
  CHECK(world.Run(Disable("g2")).result == Result::kWritten);
}

TEST_CASE("what is as asked for already is not written") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g1", Disabled());
  World world(data);
  ExecuteOptions options = Ana();
  options.reason = "";
  const Outcome outcome = world.Run(Disable("g1"), options);
  CHECK(outcome.result == Result::kNothing);
  CHECK(outcome.exit_status == 0);
  CHECK(outcome.generation == 7);
  CHECK(world.store.audit().empty());
}

TEST_CASE("an interlock refuses, and says who is out already") {
  DatasetText data = ThreeGroups();
  redis::GroupState out = Disabled();
  out.by = "bob@ns2";
  out.reason = "disk";
  SetState(&data, "g3", out);
  World world(data);
  const Outcome outcome = world.Run(Disable("g1"));
  CHECK(outcome.result == Result::kRefused);
  CHECK(outcome.exit_status == 3);
  CHECK(NoteTexts(outcome) == Lines{"g3 is DISABLED (by bob@ns2, \"disk\")"});
  CHECK(world.store.generation() == 7);
}

TEST_CASE("force goes past an interlock, and the audit says so") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g3", Disabled());
  World world(data);
  ExecuteOptions options = Ana();
  options.force = true;
  const Outcome outcome = world.Run(Disable("g1"), options);
  CHECK(outcome.result == Result::kWritten);
  CHECK(outcome.forced);
  CHECK(world.store.audit()[0].forced);
  // Force that was not needed is not held against anybody.
  World free;
  CHECK_FALSE(free.Run(Disable("g1"), options).forced);
}

TEST_CASE("two operators take two groups out: one wins, the other is told") {
  World world;
  world.store.before_commit = [&] {
    world.store.ElseSets("g2", Disabled(), "group disable");
  };
  const Outcome outcome = world.Run(Disable("g1"));
  CHECK(outcome.result == Result::kRefused);
  CHECK(outcome.exit_status == 3);
  REQUIRE(outcome.meanwhile.size() == 1);
  CHECK(NoteTexts(outcome)[0] ==
        "group disable g2 (in service -> DISABLED) by bob@ns2, \"disk\", at "
        "2027-01-15T08:00:00Z");
  CHECK(RetainedShare(world.store.state("g1"), kNow) == redis::kWholeShare);
}

TEST_CASE("a change elsewhere at the same moment is no obstacle") {
  World world;
  world.store.before_commit = [&] {
    world.store.ElseSets("g2", redis::GroupState(), "group enable");
  };
  const Outcome outcome = world.Run(Disable("g1"));
  CHECK(outcome.result == Result::kWritten);
  CHECK(outcome.generation == 9);
}

TEST_CASE("two operators change one group: the second is told, not obeyed") {
  World world;
  redis::GroupState draining;
  draining.state = redis::AdminState::kDraining;
  draining.start = kNow / 1000;
  draining.duration = 600;
  world.store.before_commit = [&] {
    world.store.ElseSets("g1", draining, "group drain");
  };
  const Outcome outcome = world.Run(Disable("g1"));
  CHECK(outcome.result == Result::kConflict);
  CHECK(outcome.exit_status == 1);
  CHECK(outcome.meanwhile.size() == 1);
  CHECK(RetainedShare(world.store.state("g1"), kNow) == redis::kWholeShare);
}

TEST_CASE("two operators want the same: the second finds it done") {
  World world;
  world.store.before_commit = [&] {
    world.store.ElseSets("g1", Disabled(), "group disable");
  };
  ExecuteOptions options = Ana();
  options.reason = "";
  const Outcome outcome = world.Run(Disable("g1"), options);
  CHECK(outcome.result == Result::kNothing);
  CHECK(outcome.exit_status == 0);
  CHECK(outcome.meanwhile.size() == 1);
}

TEST_CASE("others who never stop are not raced forever") {
  World world;
  std::function<void()> again = [&] {
    world.store.ElseSets("g2", redis::GroupState(), "group enable");
    world.store.before_commit = again;
  };
  world.store.before_commit = again;
  const Invoked asked = Disable("g1");
  const auto outcome =
      Execute(asked.operation, asked.given, Ana(), &world.store, &world.clock);
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.status().code() == absl::StatusCode::kAborted);
}

TEST_CASE("an acceptance knows which nodes doubt what Redis holds") {
  World world;
  world.store.Doubting("ns1", 7);
  const Outcome outcome =
      world.Run(Ask(redis::ChangeKind::kSnapshotAccept, {}));
  CHECK(outcome.result == Result::kWritten);
  CHECK(world.store.audit().back().before == "doubted by ns1");
}

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
