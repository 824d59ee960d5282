#include <limits>

#include "redis/model/dataset.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

GroupState State(AdminState state, int64_t start = 0, int64_t duration = 0,
                 int64_t until = 0) {
  GroupState result;
  result.state = state;
  result.start = start;
  result.duration = duration;
  result.until = until;
  return result;
}

TEST_CASE("an enabled group keeps all of its slots and a disabled one none") {
  CHECK(RetainedShare(State(AdminState::kEnabled), 5000) == kWholeShare);
  CHECK(RetainedShare(State(AdminState::kDisabled), 5000) == 0);
}

TEST_CASE("a draining group's share falls linearly and a filling one's rises") {
  const GroupState drain = State(AdminState::kDraining, 1000, 100);
  const GroupState fill = State(AdminState::kFilling, 1000, 100);
  CHECK(RetainedShare(drain, 999'999) == kWholeShare);
  CHECK(RetainedShare(drain, 1'000'000) == kWholeShare);
  CHECK(RetainedShare(drain, 1'025'000) == kWholeShare / 4 * 3);
  CHECK(RetainedShare(drain, 1'050'000) == kWholeShare / 2);
  CHECK(RetainedShare(drain, 1'100'000) == 0);
  CHECK(RetainedShare(drain, 9'000'000) == 0);
  CHECK(RetainedShare(fill, 999'999) == 0);
  CHECK(RetainedShare(fill, 1'025'000) == kWholeShare / 4);
  CHECK(RetainedShare(fill, 1'100'000) == kWholeShare);

  uint64_t before = kWholeShare;
  for (int64_t now = 999'000; now < 1'101'000; now += 7) {
    const uint64_t share = RetainedShare(drain, now);
    REQUIRE(share <= before);
    REQUIRE(share + RetainedShare(fill, now) == kWholeShare);
    before = share;
  }
}

TEST_CASE("without a duration the change is at once, at its start") {
  const GroupState drain = State(AdminState::kDraining, 1000, 0);
  CHECK(RetainedShare(drain, 999'999) == kWholeShare);
  CHECK(RetainedShare(drain, 1'000'000) == 0);
  CHECK(RetainedShare(State(AdminState::kFilling), 1) == kWholeShare);
}

TEST_CASE("past its until a group is whole again") {
  for (AdminState admin : {AdminState::kDisabled, AdminState::kDraining}) {
    const GroupState state = State(admin, 100, 10, 2000);
    CHECK(RetainedShare(state, 1'999'999) == 0);
    CHECK(RetainedShare(state, 2'000'000) == kWholeShare);
  }
}

TEST_CASE("extreme times do not overflow") {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  CHECK(RetainedShare(State(AdminState::kDraining, kMax, kMax), kMax) ==
        kWholeShare);
  CHECK(RetainedShare(State(AdminState::kDraining, kMin, 1), kMax) == 0);
  CHECK(RetainedShare(State(AdminState::kFilling, kMin, kMax), kMax) ==
        kWholeShare);
  CHECK(RetainedShare(State(AdminState::kDisabled, 0, 0, kMax), kMax) == 0);
}

}  // namespace
}  // namespace groupring::redis
