// --wait=filled: until a group has all its clients back.
#include "backend/control/fill_wait.h"

#include <functional>
#include <string>
#include <vector>

#include "tests/backend/control/fake_store.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::AdminState;
using std::chrono::seconds;
using Lines = std::vector<std::string>;

redis::GroupState Ramp(AdminState direction, int64_t start, int64_t duration) {
  redis::GroupState state;
  state.state = direction;
  state.start = start;
  state.duration = duration;
  return state;
}

// g1 fills over 10 s from now.
struct World {
  World() { Sets(Ramp(AdminState::kFilling, start, 10)); }

  void Sets(const redis::GroupState& state) { store.SetsQuietly("g1", state); }

  absl::Status Wait() {
    return WaitForFill(
        "g1", seconds(30), &store, &clock,
        [this](std::chrono::milliseconds time) {
          clock.Pass(time);
          if (at_pause) at_pause();
        },
        [this](const std::string& line) { news.push_back(line); });
  }

  ManualClock clock;
  const int64_t start = clock.UnixMillis() / 1000;
  FakeStore store{ThreeGroups(), &clock};
  std::function<void()> at_pause;
  Lines news;
};

TEST_CASE("the wait for a fill ends with its ramp, no sooner") {
  World world;
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() == seconds(10));
  CHECK(world.news ==
        Lines{"waiting until 2027-01-15T08:00:10Z, for the ramp to end"});
}

TEST_CASE("a group that is in service already is not waited for") {
  World world;
  world.Sets({});
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() == seconds(0));
}

TEST_CASE("a fill that is made slower meanwhile is waited for longer") {
  World world;
  world.at_pause = [&] {
    world.Sets(Ramp(AdminState::kFilling, world.start, 60));
  };
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() == seconds(60));
  CHECK(world.news.size() == 2);
}

TEST_CASE("a group that is enabled meanwhile is full at once") {
  World world;
  world.at_pause = [&] { world.Sets({}); };
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() < seconds(10));
}

TEST_CASE("a group that is taken out meanwhile ends the wait") {
  World world;
  world.at_pause = [&] {
    world.Sets(Ramp(AdminState::kDraining, world.start, 60));
  };
  const absl::Status status = world.Wait();
  CHECK(absl::IsAborted(status));
  CHECK(
      std::string(status.message()).starts_with("not filled: g1 is DRAINING"));
}

TEST_CASE("while Redis is away it is waited for, as long as patience lasts") {
  World world;
  world.store.Away(absl::UnavailableError("no route"));
  const absl::Status status = world.Wait();
  CHECK(absl::IsUnavailable(status));
  CHECK(std::string(status.message()).starts_with("not known to be filled: "));
  CHECK(world.clock.passed() > seconds(30));
  CHECK(world.clock.passed() < seconds(32));

  World back;
  back.store.Away(absl::UnavailableError("no route"));
  back.at_pause = [&] {
    if (back.clock.passed() > seconds(20)) back.store.Away(absl::OkStatus());
  };
  CHECK(back.Wait().ok());
}

}  // namespace
}  // namespace groupring::backend
