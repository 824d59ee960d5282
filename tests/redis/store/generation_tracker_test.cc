#include "redis/store/generation_tracker.h"

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

TEST_CASE("a walk is for the generation that was read before it began") {
  PendingGenerations pending;
  CHECK(pending.WalkCompleted() == std::nullopt);
  CHECK(pending.Add(5));
  CHECK(pending.Holds(5));
  CHECK(pending.WalkCompleted() == 5);
  CHECK_FALSE(pending.Holds(5));
  CHECK(pending.WalkCompleted() == std::nullopt);
}

TEST_CASE(
    "generations read during a walk wait for the next, without starting "
    "it over") {
  PendingGenerations pending;
  CHECK(pending.Add(5));
  CHECK_FALSE(pending.Add(6));
  CHECK_FALSE(pending.Add(7));
  CHECK(pending.Holds(7));
  CHECK_FALSE(pending.Holds(5));
  CHECK(pending.WalkCompleted() == 5);
  CHECK_FALSE(pending.Add(8));
  CHECK(pending.WalkCompleted() == 7);
  CHECK(pending.WalkCompleted() == 8);
  CHECK(pending.WalkCompleted() == std::nullopt);
  pending.Add(9);
  pending.Add(10);
  pending.Clear();
  CHECK(pending.WalkCompleted() == std::nullopt);
}

}  // namespace
}  // namespace groupring::redis
