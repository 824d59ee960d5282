#include "redis/store/name_finder.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using TimePoint = DiscoveryPace::TimePoint;

// Takes one whole walk of steps that last `step` each. Returns its length.
std::chrono::nanoseconds Walk(DiscoveryPace* pace, int steps,
                              std::chrono::nanoseconds step) {
  for (int i = 1; i < steps; ++i) {
    const TimePoint start = pace->next_step();
    CHECK(pace->StepTaken(start, start + step, steps, false).count() == 0);
  }
  const TimePoint start = pace->next_step();
  return pace->StepTaken(start, start + step, steps, true);
}

TEST_CASE("a walk begins every interval, however many steps it has") {
  const int steps = GENERATE(1, 2, 30, 40);
  CAPTURE(steps);
  DiscoveryPace pace(seconds(2));
  pace.Reset(TimePoint());
  CHECK(pace.next_step() == TimePoint() + seconds(2));
  for (int walk = 1; walk <= 3; ++walk) {
    const TimePoint start = pace.next_step();
    CHECK(Walk(&pace, steps, microseconds(300)) < milliseconds(1010));
    CHECK(pace.next_step() == start + seconds(2));
  }
}

TEST_CASE("a huge key space is walked in forty steps a second") {
  DiscoveryPace pace(seconds(2));
  pace.Reset(TimePoint());
  const auto took = Walk(&pace, 2000, milliseconds(1));
  CHECK(took > seconds(49));
  CHECK(took < seconds(51));
}

TEST_CASE("steps held up by a busy machine do not hold up the walk") {
  DiscoveryPace pace(seconds(2));
  pace.Reset(TimePoint());
  CHECK(Walk(&pace, 40, milliseconds(10)) < milliseconds(1100));
}

}  // namespace
}  // namespace groupring::redis
