// When data that vanished is believed to have gone.
#include "redis/store/loss_guard.h"

#include "redis/model/acceptance.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using TimePoint = LossGuard::TimePoint;

constexpr int64_t kNow = 1'800'000'000'000;
const TimePoint kStart{};

// Redis holds `returned` of four known names and `others`, and is quiet.
LossEvidence Look(size_t returned, size_t others = 0) {
  LossEvidence evidence;
  evidence.of_known.names = {4, returned};
  evidence.quiet = true;
  for (size_t i = 0; i < returned; ++i) {
    evidence.names.insert("known" + std::to_string(i));
  }
  for (size_t i = 0; i < others; ++i) {
    evidence.names.insert("other" + std::to_string(i));
  }
  return evidence;
}

LossGuard Doubting(const LossEvidence& evidence) {
  LossGuard guard(kStart, kNow);
  guard.Doubt(evidence, kStart);
  return guard;
}

TEST_CASE("an empty Redis is never believed by itself") {
  const LossGuard guard = Doubting(Look(0));
  CHECK_FALSE(guard.Believes(Look(0), kStart + std::chrono::hours(1000)));
  CHECK_FALSE(guard.look_again());
  CHECK(guard.lost_all());
}

TEST_CASE("after the loss of all half of the names must be back, and still") {
  CHECK_FALSE(Doubting(Look(0)).Believes(Look(4), kStart));  // just came
  CHECK_FALSE(Doubting(Look(1)).Believes(Look(2), kStart));
  LossGuard guard = Doubting(Look(0));
  guard.Doubt(Look(1, 7), kStart);
  CHECK_FALSE(guard.Believes(Look(1, 7), kStart + std::chrono::hours(1000)));
  guard.Doubt(Look(2), kStart);
  CHECK(guard.Believes(Look(2), kStart));
}

TEST_CASE("names are not believed without their groups and addresses") {
  LossGuard guard = Doubting(Look(0));
  LossEvidence evidence = Look(4);
  evidence.of_known.groups = {10, 4};
  evidence.of_known.addresses = {100, 100};
  guard.Doubt(evidence, kStart);
  CHECK_FALSE(guard.Believes(evidence, kStart + std::chrono::hours(1)));
  evidence.of_known.groups.returned = 5;
  evidence.of_known.addresses.returned = 49;
  CHECK_FALSE(guard.Believes(evidence, kStart + std::chrono::hours(1)));
  evidence.of_known.addresses.returned = 50;
  CHECK(guard.Believes(evidence, kStart));
}

TEST_CASE("what was read while all keys were deleted is not believed") {
  LossEvidence half_read = Look(3);
  half_read.flushed = true;
  LossGuard guard = Doubting(Look(3));
  const auto late = kStart + std::chrono::hours(1000);
  CHECK(guard.Believes(Look(3), late));
  CHECK_FALSE(guard.Believes(half_read, late));
  half_read.accepted = true;
  CHECK_FALSE(guard.Believes(half_read, late));
}

TEST_CASE("writes that never stop do not hold data back forever") {
  LossEvidence restless = Look(4);
  restless.quiet = false;
  LossGuard guard = Doubting(Look(0));
  guard.Doubt(restless, kStart);
  CHECK_FALSE(guard.Believes(restless, kStart + milliseconds(9999)));
  CHECK(guard.Believes(restless, kStart + milliseconds(10001)));
  // Unless names are still being added.
  CHECK_FALSE(guard.Believes(Look(4, 1), kStart + milliseconds(10001)));
}

TEST_CASE("a part that vanished is believed once Redis is still") {
  const LossGuard guard = Doubting(Look(1));
  CHECK_FALSE(guard.lost_all());
  CHECK(guard.look_again() == kStart + LossGuard::kQuiet);
  CHECK(guard.Believes(Look(1), kStart));
  LossEvidence restless = Look(1);
  restless.quiet = false;
  CHECK_FALSE(guard.Believes(restless, kStart));
}

TEST_CASE("what the operator accepts ends every doubt") {
  LossEvidence evidence = Look(0);
  evidence.accepted = true;
  CHECK(Doubting(Look(0)).Believes(evidence, kStart));
}

TEST_CASE("other names than before are looked at once more, not forever") {
  LossGuard guard = Doubting(Look(0, 3));
  CHECK(guard.look_again());
  CHECK(guard.Knows("other0"));
  guard.Doubt(Look(0, 3), kStart);
  CHECK_FALSE(guard.look_again());
  guard.LookAgainSoon(kStart);
  CHECK(guard.look_again() == kStart + LossGuard::kQuiet);
}

TEST_CASE("an acceptance is about what it names, and about no other loss") {
  const Acceptance acceptance{kNow, 3, "ana@ns1", ""};
  CHECK(Accepts(acceptance, {3, 0, kNow}));
  CHECK_FALSE(Accepts({}, {0, 0, 0}));
  CHECK_FALSE(Accepts(acceptance, {2, 0, kNow}));
  CHECK_FALSE(Accepts(acceptance, {4, 0, kNow}));
  // It was there before the data was lost.
  CHECK_FALSE(Accepts(acceptance, {3, kNow, kNow}));
  // The data was seen after it; clocks may differ, a little.
  CHECK_FALSE(Accepts(acceptance, {3, 0, kNow + 3600 * 1000}));
  CHECK(Accepts(acceptance, {3, 0, kNow + 60 * 1000}));
}

}  // namespace
}  // namespace groupring::redis
