// An operator's changes to the data of a FakeStore, by a clock that a test
// turns.
#ifndef GROUPRING_TESTS_BACKEND_CONTROL_EXECUTOR_WORLD_H_
#define GROUPRING_TESTS_BACKEND_CONTROL_EXECUTOR_WORLD_H_

#include <string>
#include <utility>

#include "backend/control/executor.h"
#include "tests/backend/control/fake_store.h"
#include "tests/support/catch.h"

namespace groupring::backend {

inline Invoked Disable(const std::string& group,
                       const std::string& until = "") {
  return Ask(redis::ChangeKind::kGroupDisable,
             {{"group", group}, {"--until", until}});
}

inline ExecuteOptions Ana() {
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

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_CONTROL_EXECUTOR_WORLD_H_
