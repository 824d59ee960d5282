#include "backend/control/expiry_wait.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "backend/report/upgrade_words.h"
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
  World() {
    store.SetsQuietly("g1", Drain(kStart, 10));
    AddNode("ns1");
  }

  // One that answered g1 until the end of the ramp.
  redis::NodeStatus& AddNode(const std::string& name) {
    store.Node(name, store.generation());
    store.LastNode().cached_until["g1"] = kStart + 69;
    return store.LastNode();
  }

  absl::StatusOr<ExpiryResult> WaitOut(const AskServers& servers = {}) {
    return WaitForExpiry(
        {"g1", store.generation(), kStart + 10}, seconds(30), &store, servers,
        &clock, [this](milliseconds time) { clock.Pass(time); },
        [this](const std::string& line) { news.push_back(line); });
  }
  // OK: it is safe.
  absl::Status Wait() {
    const auto result = WaitOut();
    if (!result.ok()) return result.status();
    if (result->safe_since != 0) return absl::OkStatus();
    return absl::FailedPreconditionError(
        ObstacleText(result->obstacles.at(0), "g1", result->nodes));
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

TEST_CASE("the wait ends when no cache holds the group, no sooner") {
  World world;
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() == seconds(70));
  CHECK(world.news ==
        Lines{"waiting until 2027-01-15T08:00:10Z, in 10s, for the ramp to end",
              "waiting until 2027-01-15T08:01:10Z, in 1m, for the last cached "
              "answer given by ns1 to expire"});
}

TEST_CASE("nobody was answered: the end of the ramp is waited for") {
  World world;
  world.store.LastNode().cached_until.clear();
  const auto result = world.WaitOut();
  REQUIRE(result.ok());
  CHECK(result->safe_since == kStart + 11);
  CHECK(world.clock.passed() == seconds(11));
}

TEST_CASE("an answer that a node gave at the end of the ramp is waited for") {
  World world;
  world.AddNode("ns2");
  world.After(seconds(10), [&] {
    world.store.LastNode().cached_until["g1"] = kStart + 100;
  });
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() == seconds(101));
}

TEST_CASE(
    "a node that goes on answering the group is told, and not waited for") {
  World world;
  world.AddNode("ns2");
  world.store.at_looks = [&] {
    world.store.LastNode().cached_until["g1"] =
        world.clock.UnixMillis() / 1000 + 60;
  };
  CHECK(world.Wait().message() ==
        "ns2 goes on answering it, as nothing else of one of its names is in "
        "service: see `groupring status`, and bring another group back");
  // Not before the ramp ended, and not long after.
  CHECK(world.clock.passed() > seconds(10));
  CHECK(world.clock.passed() <= seconds(20));
}

TEST_CASE("a node that is started again meanwhile is not taken for answering") {
  World world;
  world.store.Node("ns2", world.store.generation());
  int looks = 0;
  world.store.at_looks = [&] {
    if (++looks != 12) return;
    world.AddNode("ns2").instance = "second";
    world.store.LastNode().cached_until["g1"] =
        world.clock.UnixMillis() / 1000 + 60;
  };
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() > seconds(70));
}

TEST_CASE("the addresses of a group that is on no name count as well") {
  World world;
  world.store.TakesOffNames("g1");
  world.store.Adds("g2", "198.51.100.1");
  CHECK(world.Wait().message() ==
        "198.51.100.1 of g1 is also an address of the group g2, which is in "
        "service: take it out of one of them");
}

TEST_CASE("a group that comes to share an address meanwhile is waited for") {
  World world;
  world.After(seconds(30), [&] {
    world.store.Adds("g2", "198.51.100.1");
    world.store.SetsQuietly("g2", Disabled());
    world.store.LastNode().cached_until["g2"] = kStart + 200;
  });
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() >= seconds(201));
}

TEST_CASE("a report from before the last answer expired proves nothing") {
  World world;
  world.After(seconds(60), [&] { world.store.reports = false; });
  world.clock.Pass(milliseconds(1));
  CHECK(world.Wait().message() ==
        "ns1 has not reported since the last cached answer expired");
  CHECK(world.clock.passed() >= seconds(100));
}

TEST_CASE("a node that stops or falls silent on the way may come back") {
  for (const bool stops : {true, false}) {
    World world;
    world.store.Node("ns2", world.store.generation());
    int looks = 0;
    world.store.at_looks = [&] {
      if (++looks == 5) {
        stops ? world.store.Stopped("ns2") : world.store.Silent("ns2");
      }
      if (looks == 20) world.AddNode("ns2");
    };
    CHECK(world.Wait().ok());
  }
}

TEST_CASE("a node that stopped with the change saved need not come back") {
  World world;
  redis::NodeStatus& node = world.AddNode("ns2");
  node.state = redis::NodeState::kStopped;
  node.saved_generation = node.generation;
  node.seen_unix_millis -= 3'600'000;
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() == seconds(70));
}

TEST_CASE("it is not safe while a node may answer what it knew before") {
  using Kind = Obstacle::Kind;
  const std::vector<std::pair<Kind, std::function<void(World*)>>> cases = {
      {Kind::kNodeStopped, [](World* world) { world->store.Stopped("ns2"); }},
      {Kind::kNodeSilent, [](World* world) { world->store.Silent("ns2"); }},
      {Kind::kNodeBehind,
       [](World* world) { world->AddNode("ns2").generation = 1; }},
      {Kind::kNodeDoubts,
       [](World* world) { world->store.Doubting("ns2", 99); }},
      {Kind::kNodeDoesNotMeasure,
       [](World* world) { world->AddNode("ns2").measures_caches = false; }},
      {Kind::kNodeClockUnknown,
       [](World* world) { world->AddNode("ns2").clock_offset_millis.reset(); }},
      {Kind::kOwnClockUnknown,
       [](World* world) { world->store.knows_time = false; }},
  };
  for (const auto& [kind, act] : cases) {
    World world;
    act(&world);
    const auto result = world.WaitOut();
    REQUIRE(result.ok());
    CHECK(result->safe_since == 0);
    REQUIRE(result->obstacles.size() == 1);
    CAPTURE(ToText(result->obstacles[0].kind));
    CHECK(result->obstacles[0].kind == kind);
  }
  World nobody;
  nobody.store.Gone("ns1");
  CHECK(nobody.Wait().message() ==
        "no node is listed in Redis, so nobody knows who answers");
}

TEST_CASE("an address that another group answers ends the wait at once") {
  World world;
  world.store.Adds("g2", "198.51.100.1");
  CHECK(world.Wait().message() ==
        "198.51.100.1 of g1 is also an address of the group g2, which is in "
        "service: take it out of one of them");
  CHECK(world.clock.passed() == seconds(0));
}

TEST_CASE("what caches hold of another group with the address is waited for") {
  World world;
  world.store.Adds("g2", "198.51.100.1");
  world.store.SetsQuietly("g2", Disabled());
  world.store.LastNode().cached_until["g2"] = kStart + 200;
  CHECK(world.Wait().ok());
  CHECK(world.clock.passed() == seconds(201));
}

TEST_CASE("name servers are asked at the end, and again until they are right") {
  World world;
  int asked = 0;
  const auto result =
      world.WaitOut([&](const redis::GroupData& group, const Snapshot&) {
        CHECK(group.name == "g1");
        CHECK(world.clock.passed() >= seconds(70));
        std::vector<Obstacle> obstacles;
        if (++asked < 3) {
          obstacles.push_back({Obstacle::Kind::kServerAnswersGroup,
                               0,
                               {},
                               "192.0.2.53:53",
                               "198.51.100.1"});
        }
        return obstacles;
      });
  REQUIRE(result.ok());
  CHECK(asked == 3);
  CHECK(result->safe_since == kStart + 70);
}

TEST_CASE("a name server that keeps answering the group is told") {
  World world;
  const auto result =
      world.WaitOut([](const redis::GroupData&, const Snapshot&) {
        return std::vector<Obstacle>{{Obstacle::Kind::kServerAnswersGroup,
                                      0,
                                      {},
                                      "192.0.2.53:53",
                                      "198.51.100.1"}};
      });
  REQUIRE(result.ok());
  CHECK(result->safe_since == 0);
  CHECK(ObstacleText(result->obstacles.at(0), "g1", result->nodes) ==
        "the name server 192.0.2.53:53 still answers g1: 198.51.100.1");
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
  // Also when that was before the wait began but after the change.
  World early;
  const int64_t generation = early.store.generation();
  early.store.ElseSets("g1", redis::GroupState(), "group enable");
  early.store.ElseSets("g1", Disabled(), "group disable");
  const auto result = WaitForExpiry(
      {"g1", generation, kStart}, seconds(30), &early.store, {}, &early.clock,
      [](milliseconds) {}, [](const std::string&) {});
  CHECK(result.status().code() == absl::StatusCode::kAborted);
}

TEST_CASE("what was done before, and to others, does not matter") {
  World world;
  world.store.ElseSets("g1", redis::GroupState(), "group enable");
  world.store.SetsQuietly("g1", Drain(kStart, 10));
  world.After(seconds(5), [&] {
    world.store.ElseSets("g2", redis::GroupState(), "group enable");
  });
  world.store.LastNode().generation = world.store.generation();
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
            {"g1", 7, kStart + 10}, seconds(30), &world.store, {}, &world.clock,
            pause, [&](const std::string& line) { world.news.push_back(line); })
            .ok());
  CHECK(world.clock.passed() == seconds(70));
  REQUIRE(world.news.size() == 3);
  CHECK(world.news[1] == "waiting for Redis: refused");
  CHECK(world.news[2].find("waiting until ") == 0);
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
