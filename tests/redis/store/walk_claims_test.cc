#include "redis/store/walk_claims.h"

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

TEST_CASE("a walk is for the generation that was read before it began") {
  WalkClaims claims;
  CHECK(claims.WalkCompleted() == std::nullopt);
  CHECK(claims.Add(5));
  CHECK(claims.Holds(5));
  CHECK(claims.WalkCompleted() == 5);
  CHECK_FALSE(claims.Holds(5));
  CHECK(claims.WalkCompleted() == std::nullopt);
}

TEST_CASE(
    "generations read during a walk wait for the next, without starting "
    "it over") {
  WalkClaims claims;
  CHECK(claims.Add(5));
  CHECK_FALSE(claims.Add(6));
  CHECK_FALSE(claims.Add(7));
  CHECK(claims.Holds(7));
  CHECK_FALSE(claims.Holds(5));
  CHECK(claims.WalkCompleted() == 5);
  CHECK_FALSE(claims.Add(8));
  CHECK(claims.WalkCompleted() == 7);
  CHECK(claims.WalkCompleted() == 8);
  CHECK(claims.WalkCompleted() == std::nullopt);
  claims.Add(9);
  claims.Add(10);
  claims.Clear();
  CHECK(claims.WalkCompleted() == std::nullopt);
}

}  // namespace
}  // namespace groupring::redis
