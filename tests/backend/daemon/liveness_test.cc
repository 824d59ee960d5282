#include "backend/daemon/liveness.h"

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

TEST_CASE("what turns is alive, what stands still for too long is stuck") {
  Liveness::TimePoint now{};
  Liveness liveness;
  const size_t quick = liveness.AddPart("quick", milliseconds(100), now);
  const size_t slow = liveness.AddPart("slow", milliseconds(1000), now);
  for (uint64_t turn = 1; turn < 50; ++turn) {
    now += milliseconds(90);
    liveness.Note(quick, turn, now);
    liveness.Note(slow, turn / 10, now);
    CHECK(liveness.Stuck(now) == "");
  }
  now += milliseconds(100);
  CHECK(liveness.Stuck(now) == "");
  now += milliseconds(1);
  CHECK(liveness.Stuck(now) == "quick has not turned for 101 ms");
  now += milliseconds(2000);
  CHECK(liveness.Stuck(now).find("; slow has not turned for ") !=
        std::string::npos);
}

TEST_CASE("a counter that is seen again is no sign of life, a new value is") {
  Liveness::TimePoint now{};
  Liveness liveness;
  const size_t part = liveness.AddPart("part", milliseconds(10), now);
  liveness.Note(part, 7, now);
  now += milliseconds(11);
  liveness.Note(part, 7, now);
  CHECK_FALSE(liveness.Stuck(now).empty());
  // Whatever it is: the part may have been rebuilt.
  liveness.Note(part, 3, now);
  CHECK(liveness.Stuck(now).empty());
}

}  // namespace
}  // namespace groupring::backend
