#include "backend/control/executor.h"

#include <string>
#include <vector>

#include "backend/report/outcome_report.h"
#include "tests/backend/control/executor_world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

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

}  // namespace
}  // namespace groupring::backend
