// When data that vanished is believed to have gone.
#include "redis/store/hold.h"

#include "redis/model/acceptance.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using TimePoint = Hold::TimePoint;

constexpr int64_t kNow = 1'800'000'000'000;
const TimePoint kStart{};

// Redis holds `returned` of four known names and `others`, and is quiet.
HoldLook Look(size_t returned, size_t others = 0) {
  HoldLook look;
  look.known = 4;
  look.returned = returned;
  look.quiet = true;
  for (size_t i = 0; i < returned; ++i) {
    look.names.insert("known" + std::to_string(i));
  }
  for (size_t i = 0; i < others; ++i) {
    look.names.insert("other" + std::to_string(i));
  }
  return look;
}

Hold Holding(const HoldLook& look) {
  Hold hold(kStart, kNow);
  hold.Note(look, kStart);
  return hold;
}

TEST_CASE("an empty Redis is never believed by itself") {
  const Hold hold = Holding(Look(0));
  CHECK_FALSE(hold.Ends(Look(0), kStart + std::chrono::hours(1000)));
  CHECK_FALSE(hold.look_again());
  CHECK(hold.lost_all());
}

TEST_CASE("after the loss of all half of the names must be back, and still") {
  CHECK_FALSE(Holding(Look(0)).Ends(Look(4), kStart));  // just came
  CHECK_FALSE(Holding(Look(1)).Ends(Look(2), kStart));
  Hold hold = Holding(Look(0));
  hold.Note(Look(1, 7), kStart);
  CHECK_FALSE(hold.Ends(Look(1, 7), kStart + std::chrono::hours(1000)));
  hold.Note(Look(2), kStart);
  CHECK(hold.Ends(Look(2), kStart));
}

TEST_CASE("writes that never stop do not hold data back for ever") {
  HoldLook restless = Look(4);
  restless.quiet = false;
  Hold hold = Holding(Look(0));
  hold.Note(restless, kStart);
  CHECK_FALSE(hold.Ends(restless, kStart + milliseconds(9999)));
  CHECK(hold.Ends(restless, kStart + milliseconds(10001)));
  // Unless names are still being added.
  CHECK_FALSE(hold.Ends(Look(4, 1), kStart + milliseconds(10001)));
}

TEST_CASE("a part that vanished is believed once Redis is still") {
  const Hold hold = Holding(Look(1));
  CHECK_FALSE(hold.lost_all());
  CHECK(hold.look_again() == kStart + Hold::kQuiet);
  CHECK(hold.Ends(Look(1), kStart));
  HoldLook restless = Look(1);
  restless.quiet = false;
  CHECK_FALSE(hold.Ends(restless, kStart));
}

TEST_CASE("what the operator accepts ends every doubt") {
  HoldLook look = Look(0);
  look.accepted = true;
  CHECK(Holding(Look(0)).Ends(look, kStart));
}

TEST_CASE("other names than before are looked at once more, not for ever") {
  Hold hold = Holding(Look(0, 3));
  CHECK(hold.look_again());
  CHECK(hold.Knows("other0"));
  hold.Note(Look(0, 3), kStart);
  CHECK_FALSE(hold.look_again());
  hold.LookAgainSoon(kStart);
  CHECK(hold.look_again() == kStart + Hold::kQuiet);
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
