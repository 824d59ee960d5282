#include "backend/resolver/slot_counts.h"

#include <cmath>
#include <vector>

#include "hashing/ring.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const SlotCounts::TimePoint kStart{hours(1000)};
constexpr uint32_t kLast = hashing::kSlots - 1;

// A key of that slot.
hashing::SubnetKey KeyOf(uint32_t slot) {
  static const std::vector<uint64_t> keys = [] {
    std::vector<uint64_t> found(hashing::kSlots);
    for (uint64_t subnet = 0; subnet < uint64_t{1} << 24; ++subnet) {
      const uint64_t key = uint64_t{4} << 56 | subnet;
      found[hashing::SlotOf({key})] = key;
    }
    return found;
  }();
  return {keys[slot]};
}

TEST_CASE("questions of slots are counted, with what each sample stands for") {
  SlotCounts counts;
  CHECK(counts.Profile(10, kStart, 5).empty());
  counts.Add(KeyOf(7), 1, kStart);
  counts.Add(KeyOf(7), 128, kStart);
  counts.Add(KeyOf(kLast), 2, kStart);
  const redis::TrafficProfile profile = counts.Profile(10, kStart, 5);
  CHECK(profile == redis::TrafficProfile{
                       5,
                       {{7, {129, 129}}, {kLast, {2, 2}}},
                       {},
                       {{7, KeyOf(7).value}, {kLast, KeyOf(kLast).value}}});
}

TEST_CASE("what was asked before counts less, as the model says") {
  SlotCounts counts;
  counts.Add(KeyOf(4), 10, kStart);
  for (int i = 0; i < 200; ++i) counts.Add(KeyOf(3), 10, kStart + hours(i));
  const auto now = kStart + hours(200);
  redis::Questions expected;
  for (int i = 0; i < 200; ++i) {
    expected += redis::Aged({10, 10}, (200 - i) * redis::kMillisOfHour);
  }
  const redis::TrafficProfile profile = counts.Profile(10, now, 0);
  REQUIRE(profile.slots.size() == 2);
  CHECK(profile.slots[0].questions.hour == Approx(expected.hour).epsilon(1e-4));
  CHECK(profile.slots[0].questions.day == Approx(expected.day).epsilon(1e-4));
  CHECK(profile.slots[1].questions.day ==
        Approx(10 * std::exp(-200.0 / 24)).epsilon(1e-4));
}

TEST_CASE("a profile is of the busiest slots, and all others as one") {
  SlotCounts counts;
  for (uint32_t slot = 0; slot < 100; ++slot) {
    counts.Add(KeyOf(slot), slot + 1, kStart + seconds(1));
  }
  const redis::TrafficProfile profile =
      counts.Profile(10, kStart + seconds(1), 0);
  REQUIRE(profile.slots.size() == 10);
  CHECK(profile.slots.front().slot == 90);
  CHECK(profile.others.day == Approx(90 * 91 / 2));
}

TEST_CASE(
    "days without a profile lose no more than counting each second would") {
  SlotCounts counts;
  // An hour of the first day, and then one in the fifth.
  for (const auto day : {hours(0), hours(100)}) {
    for (int minute = 0; minute < 60; ++minute) {
      counts.Add(KeyOf(3), 60, kStart + day + std::chrono::minutes(minute));
    }
  }
  const redis::TrafficProfile profile =
      counts.Profile(10, kStart + hours(101), 5);
  double hour = 0;
  double of_day = 0;
  for (const auto day : {hours(0), hours(100)}) {
    for (int minute = 0; minute < 60; ++minute) {
      const double aged = std::chrono::duration<double, std::ratio<3600>>(
                              hours(101) - day - std::chrono::minutes(minute))
                              .count();
      hour += 60 * std::exp(-aged);
      of_day += 60 * std::exp(-aged / 24);
    }
  }
  REQUIRE(profile.slots.size() == 1);
  CHECK(profile.slots[0].questions.hour == Approx(hour).epsilon(0.01));
  CHECK(profile.slots[0].questions.day == Approx(of_day).epsilon(0.01));
}

TEST_CASE("of a busy slot the key is known that asks most, of others none") {
  SlotCounts counts;
  // Two subnets of one slot.
  const hashing::SubnetKey rare = KeyOf(7);
  hashing::SubnetKey often{uint64_t{6} << 56};
  while (hashing::SlotOf(often) != 7) ++often.value;
  for (int i = 0; i < 100; ++i) {
    counts.Add(rare, 10, kStart);
    counts.Add(often, 30, kStart + seconds(i));
  }
  // Not a thousandth of all.
  counts.Add(KeyOf(9), 3, kStart + seconds(100));
  const redis::TrafficProfile profile =
      counts.Profile(10, kStart + seconds(100), 0);
  CHECK(profile.keys == std::vector<redis::SlotKey>{{7, often.value}});
  CHECK(profile.slots.size() == 2);
}

}  // namespace
}  // namespace groupring::backend
