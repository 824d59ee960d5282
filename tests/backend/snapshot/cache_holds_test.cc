#include "backend/snapshot/cache_holds.h"

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using Held = std::map<std::string, int64_t>;

TEST_CASE("the latest answer of a group counts") {
  CacheHolds holds;
  const auto g1 = holds.Of("g1");
  CHECK(holds.Of("g1") == g1);
  CHECK(g1->until_unix_seconds() == 0);
  g1->Extend(100);
  g1->Extend(90);
  holds.Of("g2")->Extend(50);
  CHECK(holds.HeldAt(49'999) == Held{{"g1", 100}, {"g2", 50}});
  CHECK(holds.HeldAt(50'000) == Held{{"g1", 100}});
  CHECK(holds.HeldAt(100'000) == Held{});
}

TEST_CASE("a group is remembered when no snapshot refers to it any more") {
  CacheHolds holds;
  holds.Of("g1")->Extend(100);
  CHECK(holds.HeldAt(1000) == Held{{"g1", 100}});
  // And forgotten once no cache holds it.
  CHECK(holds.HeldAt(100'000) == Held{});
  CHECK(holds.HeldAt(1000) == Held{});
}

TEST_CASE("a clock that was off takes what was recorded with it") {
  CacheHolds holds;
  const auto g1 = holds.Of("g1");
  const auto never = holds.Of("g2");
  g1->Extend(1000);
  holds.Shift(milliseconds(-600'000));
  CHECK(g1->until_unix_seconds() == 400);
  holds.Shift(milliseconds(1400));
  CHECK(g1->until_unix_seconds() == 401);
  holds.Shift(milliseconds(-1400));
  CHECK(g1->until_unix_seconds() == 400);
  CHECK(never->until_unix_seconds() == 0);
}

TEST_CASE("many tiny steps of the clock add up to what they are") {
  CacheHolds holds;
  const auto g1 = holds.Of("g1");
  g1->Extend(1000);
  // A measurement that jitters.
  for (int i = 0; i < 1000; ++i) {
    holds.Shift(milliseconds(i % 2 == 0 ? 1 : -1));
  }
  CHECK(g1->until_unix_seconds() == 1000);
  // A clock that drifts.
  for (int i = 0; i < 10000; ++i) holds.Shift(milliseconds(1));
  CHECK(g1->until_unix_seconds() == 1010);
}

TEST_CASE("threads that answer at the same time lose nothing") {
  CacheHolds holds;
  const auto g1 = holds.Of("g1");
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 10000; ++i) g1->Extend(4 * i + thread);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(g1->until_unix_seconds() == 39999);
}

TEST_CASE("cache holds: groups are numbered without gaps") {
  CacheHolds holds;
  auto g1 = holds.Of("g1");
  const auto g2 = holds.Of("g2");
  CHECK(g1->number() == 0);
  CHECK(g2->number() == 1);
  CHECK(holds.Of("g1")->number() == 0);
  CHECK(holds.NumbersEnd() == 2);

  // Forgotten, and back.
  g1.reset();
  CHECK(holds.HeldAt(0).empty());
  CHECK(holds.Of("g1")->number() == 2);
  CHECK(holds.Numbered() == std::vector<std::string>{"g1", "g2", "g1"});
}

}  // namespace
}  // namespace groupring::backend
