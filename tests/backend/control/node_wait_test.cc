#include "backend/control/node_wait.h"

#include <string>
#include <vector>

#include "tests/backend/control/fake_store.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Lines = std::vector<std::string>;

// Waiting for generation 7, which the store is at.
struct World {
  absl::StatusOr<NodeWait> Wait(seconds timeout = seconds(30)) {
    return WaitForNodes(
        7, timeout, &store, &clock,
        [this](milliseconds time) { clock.Pass(time); },
        [this](const std::string& line) { news.push_back(line); });
  }

  // Does something at the first look that comes after so long.
  void After(seconds time, const std::function<void()>& act) {
    store.at_nodes = [this, time, act, before = store.at_nodes] {
      if (before) before();
      if (clock.passed() >= time) act();
    };
  }

  ManualClock clock;
  FakeStore store{ThreeGroups(), &clock};
  Lines news;
};

TEST_CASE("a node that starts while others are waited for is waited for too") {
  World world;
  world.store.Node("ns1", 6);
  world.After(seconds(2), [&] {
    world.store.Node("ns1", 7);
    world.store.Node("ns2", 0, "nothing loaded yet");
  });
  world.After(seconds(4), [&] { world.store.Node("ns2", 7); });
  const auto wait = world.Wait();
  REQUIRE(wait.ok());
  CHECK_FALSE(wait->timed_out);
  CHECK(wait->progress.applied == Lines{"ns1", "ns2"});
  CHECK(world.news == Lines{"waiting for ns1", "waiting for ns2"});
}

TEST_CASE("a node that stops meanwhile is named and not waited for") {
  World world;
  world.store.Node("ns1", 7);
  world.store.Node("ns2", 6);
  world.After(seconds(1), [&] { world.store.Stopped("ns2"); });
  const auto wait = world.Wait();
  REQUIRE(wait.ok());
  CHECK_FALSE(wait->timed_out);
  CHECK(wait->progress.applied == Lines{"ns1"});
  CHECK(wait->progress.stopped == Lines{"ns2"});
  CHECK(wait->progress.gone.empty());
}

TEST_CASE("two nodes of one name are told apart, and both waited for") {
  World world;
  world.store.Node("ns1", 7);
  redis::NodeStatus other = world.store.LastNode();
  other.instance = "b";
  other.kind = redis::NodeKind::kEmbedded;
  other.pid = 12;
  other.generation = 6;
  world.store.Add(other);
  world.store.LastNode().generation = 6;
  const auto wait = world.Wait(seconds(5));
  REQUIRE(wait.ok());
  CHECK(wait->timed_out);
  CHECK(wait->progress.applied == Lines{"ns1 (node, process 0)"});
  CHECK(wait->progress.behind == Lines{"ns1 (embedded, process 12)"});
}

TEST_CASE("a node that fell silent before is named, and not waited for") {
  World world;
  world.store.Node("ns1", 7);
  world.store.Silent("ns2");
  const auto wait = world.Wait();
  REQUIRE(wait.ok());
  CHECK_FALSE(wait->timed_out);
  CHECK(wait->progress.gone == Lines{"ns2"});
  CHECK(world.clock.passed().count() == 0);
}

TEST_CASE("a node that does not believe what Redis holds is waited for") {
  World world;
  world.store.Node("ns1", 7);
  world.store.Doubting("ns2", 7);
  const auto doubting = world.Wait(seconds(5));
  REQUIRE(doubting.ok());
  CHECK(doubting->timed_out);
  CHECK(doubting->progress.applied == Lines{"ns1"});
  CHECK(doubting->progress.behind == Lines{"ns2"});
  world.store.Node("ns2", 7);
  const auto believing = world.Wait(seconds(5));
  REQUIRE(believing.ok());
  CHECK_FALSE(believing->timed_out);
  CHECK(believing->progress.applied == Lines{"ns1", "ns2"});
}

TEST_CASE("after an outage of Redis nodes get the time to speak up again") {
  World world;
  world.store.Node("ns1", 6);
  world.store.Node("ns2", 7);
  world.After(seconds(1),
              [&] { world.store.Away(absl::UnavailableError("refused")); });
  // It comes back with the list, but the nodes' keys have expired.
  world.After(seconds(15), [&] {
    world.store.Away(absl::OkStatus());
    world.store.Silent("ns1");
    world.store.Silent("ns2");
  });
  world.After(seconds(17), [&] { world.store.Node("ns2", 7); });
  world.After(seconds(18), [&] { world.store.Node("ns1", 7); });
  const auto wait = world.Wait();
  REQUIRE(wait.ok());
  CHECK_FALSE(wait->timed_out);
  CHECK(wait->progress.applied == Lines{"ns1", "ns2"});
  CHECK(wait->progress.gone.empty());
  CHECK(world.news == Lines{"waiting for ns1", "waiting for Redis: refused",
                            "waiting for ns1, ns2", "waiting for ns1"});
}

TEST_CASE("a node that does not speak up again after an outage is gone") {
  World world;
  world.store.Node("ns1", 6);
  world.store.Node("ns2", 6);
  world.After(seconds(1),
              [&] { world.store.Away(absl::UnavailableError("refused")); });
  // It comes back without the list.
  world.After(seconds(3), [&] {
    world.store.Away(absl::OkStatus());
    world.store.Gone("ns1");
    world.store.Gone("ns2");
  });
  world.After(seconds(4), [&] { world.store.Node("ns1", 7); });
  const auto wait = world.Wait();
  REQUIRE(wait.ok());
  CHECK_FALSE(wait->timed_out);
  CHECK(wait->progress.applied == Lines{"ns1"});
  CHECK(wait->progress.gone == Lines{"ns2"});
  CHECK(world.clock.passed() >= seconds(13));
}

TEST_CASE("an outage before any node was seen ends with what is seen then") {
  World world;
  world.store.Away(absl::UnavailableError("refused"));
  world.After(seconds(1), [&] { world.store.Away(absl::OkStatus()); });
  const auto wait = world.Wait();
  REQUIRE(wait.ok());
  CHECK_FALSE(wait->timed_out);
  CHECK(wait->progress.applied.empty());
  CHECK(world.news.back() == "waiting for nodes to speak up again");
}

TEST_CASE("a change that Redis lost while it was away is told") {
  World world;
  world.store.Node("ns1", 6);
  world.After(seconds(1),
              [&] { world.store.Away(absl::UnavailableError("refused")); });
  world.After(seconds(2), [&] {
    world.store.Away(absl::OkStatus());
    world.store.Lost(5);
    // From before the outage.
    world.store.Node("ns1", 7);
  });
  const auto wait = world.Wait();
  CHECK(wait.status().code() == absl::StatusCode::kAborted);
  CHECK(std::string(wait.status().message())
            .find("the change is lost: Redis was away") == 0);
}

TEST_CASE("a Redis that stays away ends with the timeout") {
  World world;
  world.store.Away(absl::DeadlineExceededError("no answer within 1 s"));
  const auto wait = world.Wait(seconds(5));
  REQUIRE(wait.ok());
  CHECK(wait->timed_out);
  CHECK(world.clock.passed() == seconds(5));
}

TEST_CASE("other errors of Redis end the wait") {
  World world;
  world.store.Away(absl::PermissionDeniedError("NOPERM"));
  CHECK(world.Wait().status().code() == absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace groupring::backend
