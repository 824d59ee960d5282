#include "backend/control/expiry_wait.h"

#include <string>
#include <vector>

#include "tests/backend/control/fake_store.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::AdminState;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Lines = std::vector<std::string>;

constexpr int64_t kStart = kNow / 1000;

redis::GroupState Drain(int64_t start, int64_t duration) {
  redis::GroupState state;
  state.state = AdminState::kDraining;
  state.start = start;
  state.duration = duration;
  return state;
}

// g1 drains over 10 s from now, with a TTL of 60 s.
struct World {
  World() { store.SetsQuietly("g1", Drain(kStart, 10)); }

  absl::Status Wait() {
    return WaitForExpiry(
        {"g1", store.generation(), kStart + 10, kStart + 70}, seconds(30),
        &store, &clock, [this](milliseconds time) { clock.Pass(time); },
        [this](const std::string& line) { news.push_back(line); });
  }

  // Does something at the first look that comes after so long.
  void After(seconds time, const std::function<void()>& act) {
    store.at_looks = [this, time, act, done = false]() mutable {
      if (clock.passed() < time || done) return;
      done = true;
      act();
    };
  }

  ManualClock clock;
  FakeStore store{ThreeGroups(), &clock};
  Lines news;
};

TEST_CASE("the wait ends when ramp and largest TTL have passed, no sooner") {
  World world;
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() == seconds(70));
  CHECK(world.news == Lines{"waiting until 2027-01-15T08:01:10Z, in 1m10s, for "
                            "the last cached answer to expire"});
}

TEST_CASE("redis-cli brings the group back: noticed within seconds") {
  World world;
  world.After(seconds(20),
              [&] { world.store.SetsQuietly("g1", redis::GroupState()); });
  const absl::Status status = world.Wait();
  CHECK(status.code() == absl::StatusCode::kAborted);
  CHECK(std::string(status.message()) ==
        "not safe to upgrade: g1 is in service again");
  CHECK(world.clock.passed() <= seconds(22));
}

TEST_CASE("a fill and a return to be are a group that comes back") {
  redis::GroupState fill = Drain(kStart, 3600);
  fill.state = AdminState::kFilling;
  redis::GroupState soon = Disabled();
  soon.until = kStart + 60;
  for (const redis::GroupState& state : {fill, soon}) {
    World world;
    world.After(seconds(20), [&] { world.store.SetsQuietly("g1", state); });
    CHECK(world.Wait().code() == absl::StatusCode::kAborted);
    CHECK(world.clock.passed() <= seconds(22));
  }
}

TEST_CASE("a group may come back after the last answer expired, not with it") {
  for (const int64_t seconds_later : {0, 1}) {
    CAPTURE(seconds_later);
    redis::GroupState state = Drain(kStart, 10);
    state.until = kStart + 70 + seconds_later;
    World world;
    world.store.SetsQuietly("g1", state);
    CHECK(world.Wait().ok() == (seconds_later > 0));
  }
}

TEST_CASE("a drain that was made slower meanwhile is not safe in time") {
  World world;
  world.After(seconds(4),
              [&] { world.store.SetsQuietly("g1", Drain(kStart, 600)); });
  const absl::Status status = world.Wait();
  CHECK(std::string(status.message())
            .find("not safe to upgrade: g1 is DRAINING") == 0);
  CHECK(
      std::string(status.message()).find(", now until 2027-01-15T08:10:00Z") !=
      std::string::npos);
  CHECK(world.clock.passed() <= seconds(6));
}

TEST_CASE("a group that is taken out faster meanwhile stays out") {
  World world;
  world.After(seconds(4), [&] { world.store.SetsQuietly("g1", Disabled()); });
  CHECK(world.Wait().ok());
}

TEST_CASE("a group that came back and left again was answered in between") {
  for (const char* change : {"group enable", "group fill"}) {
    World world;
    world.After(seconds(20), [&] {
      world.store.ElseSets("g1", redis::GroupState(), change);
      world.store.ElseSets("g1", Disabled(), "group disable");
    });
    CHECK(world.Wait().code() == absl::StatusCode::kAborted);
  }
  // The same, before the wait began but after the change.
  World early;
  const int64_t generation = early.store.generation();
  early.store.ElseSets("g1", redis::GroupState(), "group enable");
  early.store.ElseSets("g1", Disabled(), "group disable");
  const absl::Status status = WaitForExpiry(
      {"g1", generation, kStart, kStart + 60}, seconds(30), &early.store,
      &early.clock, [](milliseconds) {}, [](const std::string&) {});
  CHECK(status.code() == absl::StatusCode::kAborted);
}

TEST_CASE("what was done before, and to others, does not matter") {
  World world;
  world.store.ElseSets("g1", redis::GroupState(), "group enable");
  world.store.SetsQuietly("g1", Drain(kStart, 10));
  world.After(seconds(5), [&] {
    world.store.ElseSets("g2", redis::GroupState(), "group enable");
  });
  CHECK(world.Wait().ok());
}

TEST_CASE("an outage of Redis on the way is waited out") {
  World world;
  world.After(seconds(10),
              [&] { world.store.Away(absl::UnavailableError("refused")); });
  int looks = 0;
  const auto pause = [&](milliseconds time) {
    world.clock.Pass(time);
    if (++looks == 4) world.store.Away(absl::OkStatus());
  };
  CHECK(WaitForExpiry(
            {"g1", 7, kStart + 10, kStart + 70}, seconds(30), &world.store,
            &world.clock, pause,
            [&](const std::string& line) { world.news.push_back(line); })
            .ok());
  CHECK(world.clock.passed() == seconds(70));
  CHECK(world.news.size() == 2);
  CHECK(world.news[1] == "waiting for Redis: refused");
}

TEST_CASE("with Redis away at the end nobody says that it is safe") {
  World world;
  world.After(seconds(60),
              [&] { world.store.Away(absl::UnavailableError("refused")); });
  const absl::Status status = world.Wait();
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK(std::string(status.message()) ==
        "not known to be safe to upgrade: whether g1 is still out cannot be "
        "seen; refused");
  CHECK(world.clock.passed() <= seconds(101));
}

}  // namespace
}  // namespace groupring::backend
