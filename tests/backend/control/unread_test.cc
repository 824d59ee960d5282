// Changes of values that could not be read.
#include <map>
#include <string>

#include "backend/control/executor.h"
#include "tests/backend/control/fake_store.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

struct World {
  absl::StatusOr<Outcome> Run(redis::ChangeKind kind,
                              const std::map<std::string, std::string>& given,
                              bool dry_run = false) {
    const Invoked asked = Ask(kind, given);
    ExecuteOptions options;
    options.dry_run = dry_run;
    options.force = true;
    return Execute(asked.operation, asked.given, options, &store, &clock);
  }

  ManualClock clock;
  FakeStore store{ThreeGroups(), &clock};
};

TEST_CASE("a change of a value that was not read is refused, planned or not") {
  World world;
  world.store.unread = {{"ftp.example.org:WEIGHTS",
                         "a hash of 9 is too large and is not read; x"},
                        {"ftps.example.org:GROUPS",
                         "a set of 9 is too large and is not read; x"}};
  for (const bool dry_run : {false, true}) {
    const auto refused = world.Run(
        redis::ChangeKind::kGroupWeight,
        {{"name", "ftp.example.org"}, {"group", "g1"}, {"weight", "50"}},
        dry_run);
    REQUIRE_FALSE(refused.ok());
    CHECK(absl::IsFailedPrecondition(refused.status()));
    CHECK(refused.status().message() ==
          "\"ftp.example.org:WEIGHTS\": a hash of 9 is too large and is not "
          "read. "
          "What this change does to it cannot be told: put it right with "
          "redis-cli first");
    CHECK_FALSE(world
                    .Run(redis::ChangeKind::kNameAddGroup,
                         {{"name", "ftps.example.org"},
                          {"group", "g1"},
                          {"--weight", "7"}},
                         dry_run)
                    .ok());
  }
  CHECK(world.store.generation() == 7);
}

TEST_CASE("values that were not read are no obstacle to other changes") {
  World world;
  world.store.unread = {
      {"ftp.example.org:GROUPS", "a set of 9 is too large and is not read; x"}};
  const auto weight = world.Run(
      redis::ChangeKind::kGroupWeight,
      {{"name", "ftps.example.org"}, {"group", "g1"}, {"weight", "50"}});
  REQUIRE(weight.ok());
  CHECK(weight->result == Result::kWritten);
}

TEST_CASE("what is replaced as a whole may have been anything") {
  World world;
  world.store.unread = {{"g1:STATE", "is no hash; x"}};
  const auto disabled =
      world.Run(redis::ChangeKind::kGroupDisable, {{"group", "g1"}});
  REQUIRE(disabled.ok());
  CHECK(disabled->result == Result::kWritten);
}

}  // namespace
}  // namespace groupring::backend
