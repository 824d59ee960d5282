#include "redis/store/announcement_guard.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Guard = AnnouncementGuard;
constexpr Guard::TimePoint kStart{std::chrono::hours(1)};

std::vector<std::string> Keys(size_t count) {
  std::vector<std::string> keys;
  for (size_t i = 0; i < count; ++i) keys.push_back("k" + std::to_string(i));
  return keys;
}

TEST_CASE("announcements that explain a change are never too many") {
  Guard guard;
  for (int i = 0; i < 100'000; ++i) guard.Note(Keys(3), 1, kStart);
  CHECK_FALSE(guard.overflows());
  CHECK(guard.next_reaction() <= kStart);
}

TEST_CASE("needless announcements of many keys are Redis that forgets") {
  Guard guard;
  for (size_t i = 0; i < Guard::kTooMany / 100; ++i) {
    CHECK_FALSE(guard.overflows());
    guard.Note(Keys(100), 0, kStart);
  }
  CHECK(guard.overflows());
}

TEST_CASE("needless announcements of few keys only slow us down") {
  Guard guard;
  for (size_t i = 0; i < 2 * Guard::kTooMany; ++i) {
    guard.Note({"g1:STATE"}, 0, kStart);
  }
  CHECK_FALSE(guard.overflows());
  CHECK(guard.next_reaction() == kStart + Guard::kSlowPace);
}

TEST_CASE("a few needless announcements a second are nothing") {
  Guard guard;
  for (int second = 0; second < 100; ++second) {
    guard.Note(Keys(Guard::kTooMany - 1), 0,
               kStart + std::chrono::seconds(second));
  }
  CHECK_FALSE(guard.overflows());
}

TEST_CASE("what overflows again rests longer") {
  Guard guard;
  Guard::TimePoint now = kStart;
  Guard::TimePoint end = guard.StartRest(now);
  CHECK(end == now + Guard::kFirstRest);
  now = end + std::chrono::seconds(1);
  end = guard.StartRest(now);
  CHECK(end == now + 2 * Guard::kFirstRest);
  for (int i = 0; i < 20; ++i) end = guard.StartRest(end);
  CHECK(guard.StartRest(end) == end + Guard::kLongestRest);
  // Much later it is another trouble.
  now = end + 2 * Guard::kLongestRest;
  CHECK(guard.StartRest(now) == now + Guard::kFirstRest);
}

}  // namespace
}  // namespace groupring::redis
