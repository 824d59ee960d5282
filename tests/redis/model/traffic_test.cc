#include "redis/model/traffic.h"

#include <cmath>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

constexpr auto kHour = static_cast<int64_t>(kMillisOfHour);

TEST_CASE("questions fade over an hour and over a day") {
  const Questions later = Aged({100, 100}, kMillisOfHour);
  CHECK(later.hour == Approx(100 * std::exp(-1.0)));
  CHECK(later.day == Approx(100 * std::exp(-1.0 / 24)));
  CHECK(Aged({100, 100}, 24 * kMillisOfHour).day ==
        Approx(100 * std::exp(-1.0)));
  CHECK(Aged({3, 5}, -1) == Questions{3, 5});
}

TEST_CASE("at a steady rate they come to those of a span") {
  Questions sum;
  for (int minute = 0; minute < 10 * 24 * 60; ++minute) {
    sum = Aged(sum, 60'000);
    sum += {5, 5};
  }
  CHECK(sum.hour == Approx(5 * 60).epsilon(0.01));
  CHECK(sum.day == Approx(5 * 60 * 24).epsilon(0.01));
}

TEST_CASE("a compact profile keeps the busiest slots and sums up the others") {
  const TrafficProfile profile = CompactProfile(
      {{9, {1, 10}}, {5, {1, 30}}, {7, {2, 20}}, {2, {3, 5}}}, 2, 1000);
  CHECK(profile ==
        TrafficProfile{1000, {{5, {1, 30}}, {7, {2, 20}}}, {4, 15}, {}});
}

TEST_CASE("of slots that are equally busy the first ones are kept") {
  const TrafficProfile profile =
      CompactProfile({{9, {1, 1}}, {5, {1, 1}}, {7, {1, 1}}}, 2, 0);
  CHECK(profile.slots == std::vector<SlotQuestions>{{5, {1, 1}}, {7, {1, 1}}});
}

TEST_CASE(
    "the key of a slot is that of the profile with most questions of it") {
  const TrafficProfile few{0, {{1, {1, 1}}, {2, {1, 1}}}, {}, {{1, 70}}};
  const TrafficProfile many{0, {{1, {5, 5}}}, {}, {{1, 71}}};
  const std::vector<SlotKey> expected = {{1, 71}};
  CHECK(Merge({few, many}, 0).keys == expected);
  CHECK(Merge({many, few}, 0).keys == expected);
}

TEST_CASE("profiles are added up, each aged from its own time") {
  const TrafficProfile now{
      2 * kHour, {{1, {10, 100}}, {3, {1, 1}}}, {2, 4}, {}};
  const TrafficProfile before{
      kHour, {{1, {20, 200}}, {2, {30, 300}}}, {6, 8}, {}};
  const TrafficProfile ahead{3 * kHour, {{2, {1, 1}}}, {}, {}};
  const TrafficProfile all = Merge({now, before, ahead}, 2 * kHour);
  const double day = std::exp(-1.0 / 24);
  CHECK(all.unix_millis == 2 * kHour);
  REQUIRE(all.slots.size() == 3);
  CHECK(all.slots[0].slot == 1);
  CHECK(all.slots[0].questions.day == Approx(100 + 200 * day));
  CHECK(all.slots[1].questions.day == Approx(1 + 300 * day));
  CHECK(all.slots[1].questions.hour == Approx(1 + 30 * std::exp(-1.0)));
  CHECK(all.slots[2].slot == 3);
  CHECK(all.others.day == Approx(4 + 8 * day));
}

}  // namespace
}  // namespace groupring::redis
