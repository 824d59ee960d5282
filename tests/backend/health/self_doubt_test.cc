#include "backend/health/self_doubt.h"

#include <random>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'700'000'000'000;
constexpr int64_t kWindow = 18'000;

using Addresses = std::vector<ProbedAddress>;

// `failing` of them have failed for so long.
Addresses Of(size_t all, size_t failing, int64_t for_millis,
             int64_t now = kNow) {
  Addresses addresses(all, {std::nullopt, kWindow});
  for (size_t i = 0; i < failing; ++i) {
    addresses[i].failing_since = now - for_millis;
  }
  return addresses;
}

DoubtReason Judged(const Addresses& addresses) {
  SelfDoubt doubt;
  doubt.Judge(0, 0, addresses, kNow);
  return doubt.reason();
}

TEST_CASE("self-doubt: more than 80 % of at least ten, all of late") {
  using enum DoubtReason;
  CHECK(Judged({}) == kNone);
  CHECK(Judged(Of(9, 9, 1000)) == kNone);
  CHECK(Judged(Of(10, 8, 1000)) == kNone);
  CHECK(Judged(Of(10, 9, 1000)) == kManyAtOnce);
  CHECK(Judged(Of(10, 10, 1000)) == kManyAtOnce);
  CHECK(Judged(Of(100, 80, 1000)) == kNone);
  CHECK(Judged(Of(100, 81, 1000)) == kManyAtOnce);
  CHECK(Judged(Of(100, 100, kWindow)) == kManyAtOnce);
  CHECK(Judged(Of(100, 100, kWindow + 1)) == kNone);
}

TEST_CASE("self-doubt: what was down for longer proves nothing") {
  Addresses addresses = Of(100, 50, 3'600'000);
  CHECK(Judged(addresses) == DoubtReason::kNone);
  for (size_t i = 50; i < 91; ++i) addresses[i].failing_since = kNow - 2000;
  // 41 of 50.
  CHECK(Judged(addresses) == DoubtReason::kManyAtOnce);
  addresses[90].failing_since.reset();
  CHECK(Judged(addresses) == DoubtReason::kNone);
}

TEST_CASE("self-doubt: lasts until half of what fell is back") {
  SelfDoubt doubt;
  Addresses addresses = Of(200, 100, 3'600'000);
  for (size_t i = 100; i < 200; ++i) addresses[i].failing_since = kNow - 2000;
  doubt.Judge(0, 0, addresses, kNow);
  REQUIRE(doubt.doubts());
  CHECK(doubt.compared() == 100);
  CHECK(doubt.failing() == 100);
  // However long it takes.
  doubt.Judge(0, 0, addresses, kNow + 24 * 3'600'000);
  CHECK(doubt.doubts());
  for (size_t i = 100; i < 149; ++i) addresses[i].failing_since.reset();
  doubt.Judge(0, 0, addresses, kNow + 24 * 3'600'000);
  CHECK(doubt.doubts());
  addresses[149].failing_since.reset();
  doubt.Judge(0, 0, addresses, kNow + 24 * 3'600'000);
  CHECK_FALSE(doubt.doubts());
  // The rest has been down for a day: it counts.
  doubt.Judge(0, 0, addresses, kNow + 24 * 3'600'000 + 1000);
  CHECK_FALSE(doubt.doubts());
}

TEST_CASE("self-doubt: more than half of the references") {
  const auto [all, failing, doubts] = GENERATE(table<size_t, size_t, bool>({
      {0, 0, false},
      {1, 0, false},
      {1, 1, true},
      {2, 1, false},
      {2, 2, true},
      {3, 1, false},
      {3, 2, true},
      {4, 2, false},
  }));
  SelfDoubt doubt;
  doubt.Judge(all, failing, Of(20, 0, 0), kNow);
  INFO(failing << " of " << all);
  CHECK(doubt.doubts() == doubts);
  CHECK((doubt.reason() == DoubtReason::kReferences) == doubts);
  doubt.Judge(all, 0, Of(20, 0, 0), kNow);
  CHECK_FALSE(doubt.doubts());
}

TEST_CASE("self-doubt: references that are back leave the other reason") {
  SelfDoubt doubt;
  doubt.Judge(1, 1, Of(20, 20, 1000), kNow);
  CHECK(doubt.reason() == DoubtReason::kReferences);
  doubt.Judge(1, 0, Of(20, 20, 1000), kNow);
  CHECK(doubt.reason() == DoubtReason::kManyAtOnce);
}

TEST_CASE("self-doubt: goes on after a restart, of whatever is down") {
  SelfDoubt doubt(true);
  CHECK(doubt.doubts());
  doubt.Judge(0, 0, Of(20, 20, 3'600'000), kNow);
  CHECK(doubt.doubts());
  doubt.Judge(0, 0, Of(20, 10, 3'600'000), kNow);
  CHECK_FALSE(doubt.doubts());
}

TEST_CASE("self-doubt: addresses that fail one by one cause none") {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    SelfDoubt doubt;
    const size_t all = 10 + random() % 200;
    Addresses addresses = Of(all, 0, 0);
    int64_t now = kNow;
    for (size_t failing = 0; failing < all; ++failing) {
      now += kWindow + 1;
      addresses[failing].failing_since = now;
      doubt.Judge(0, 0, addresses, now);
      // The last one is all that is left to compare with.
      REQUIRE_FALSE(doubt.doubts());
    }
  }
}

}  // namespace
}  // namespace groupring::backend
