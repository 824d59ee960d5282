// Waiting for single addresses of a group.
#include <string>
#include <vector>

#include "backend/control/expiry_wait.h"
#include "backend/report/upgrade_words.h"
#include "tests/backend/control/fake_store.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Lines = std::vector<std::string>;

constexpr int64_t kStart = kNow / 1000;

// One of two addresses of g1 is disabled; its other one goes on being answered.
struct AddressWorld {
  AddressWorld() {
    store.Adds("g1", "198.51.100.11");
    Disable(0);
    store.Node("ns1", store.generation());
  }

  void Disable(int64_t until) {
    redis::WithheldAddress address;
    address.range = *redis::ParsePrefix(redis::Family::kA, "198.51.100.1");
    address.until = until;
    store.Writes({redis::SetWithheld{"g1", {address}}});
  }
  absl::StatusOr<ExpiryResult> Wait() {
    const auto range = redis::ParsePrefix(redis::Family::kA, "198.51.100.1");
    store.at_nodes = [this] { store.AnswersNow("g1"); };
    return WaitForExpiry(
        {"g1", store.generation(), kStart, {*range}}, seconds(30), &store, {},
        &clock, [this](milliseconds time) { clock.Pass(time); },
        [this](const std::string& line) { news.push_back(line); });
  }

  ManualClock clock;
  FakeStore store{ThreeGroups(), &clock};
  Lines news;
};

TEST_CASE("an address is waited for though its group goes on being answered") {
  AddressWorld world;
  const auto result = world.Wait();
  REQUIRE(result.ok());
  CHECK(result->obstacles.empty());
  // The group's hold when all nodes were seen to have applied the change: two
  // looks, of two seconds at most, and the TTL.
  CHECK(result->safe_since >= kStart + 61);
  CHECK(result->safe_since <= kStart + 66);
  CHECK(world.news.front().find("of the group from before the change") !=
        std::string::npos);
}

TEST_CASE("an address that is answered again meanwhile ends its wait") {
  for (const bool by_command : {true, false}) {
    AddressWorld world;
    world.store.at_looks = [&] {
      if (world.clock.passed() < seconds(9) ||
          world.clock.passed() > seconds(11)) {
        return;
      }
      if (by_command) {
        world.store.Tells("address enable", "g1 198.51.100.1");
      } else {
        world.store.Writes({redis::RemoveWithheld{"g1", {"198.51.100.1"}}});
      }
    };
    const auto result = world.Wait();
    CHECK(absl::IsAborted(result.status()));
    CHECK(world.clock.passed() < seconds(13));
  }
}

TEST_CASE("an address that comes back before caches have expired is not safe") {
  AddressWorld world;
  world.Disable(kStart + 30);
  const auto result = world.Wait();
  CHECK(absl::IsAborted(result.status()));
  CHECK(std::string(result.status().message())
            .find("answers 198.51.100.1 again at 2027-01-15T08:00:30Z, before "
                  "the last cached answer has expired") != std::string::npos);
}

TEST_CASE("an address that was removed from its group may be safe as well") {
  AddressWorld world;
  world.store.Writes(
      {redis::RemoveWithheld{"g1", {"198.51.100.1"}},
       redis::RemoveMembers{"g1", redis::Family::kA, {"198.51.100.1"}}});
  const auto result = world.Wait();
  REQUIRE(result.ok());
  CHECK(result->safe_since != 0);
}

TEST_CASE("an address that another group answers is not safe") {
  AddressWorld world;
  world.store.Adds("g2", "198.51.100.1");
  const auto result = world.Wait();
  REQUIRE(result.ok());
  REQUIRE(result->obstacles.size() == 1);
  CHECK(
      ObstacleText(result->obstacles[0], "198.51.100.1 of g1", result->nodes) ==
      "198.51.100.1 of g1 is also an address of the group g2, which is in "
      "service: take it out of one of them");
}

}  // namespace
}  // namespace groupring::backend
