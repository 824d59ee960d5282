#include "redis/base/redis_clock.h"

#include <vector>

#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

namespace groupring {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ManualClock;

// A server that is so much ahead of the host's wall clock.
TimeSample Sample(const ManualClock& host, milliseconds ahead,
                  std::chrono::nanoseconds uncertainty = microseconds(100)) {
  return {host.UnixMillis() + ahead.count(), host.Steady(), uncertainty};
}

TEST_CASE("until the first sample the host's clock is all there is") {
  const ManualClock host;
  const RedisClock clock(&host);
  CHECK(clock.UnixMillis() == host.UnixMillis());
  CHECK_FALSE(clock.HostOffset().has_value());
}

TEST_CASE("the server's time is carried on while it is away") {
  const ManualClock host;
  RedisClock clock(&host);
  clock.Observe(Sample(host, hours(1)), TimeSource::kMaster);
  CHECK(clock.UnixMillis() == host.UnixMillis() + 3'600'000);
  CHECK(clock.HostOffset() == hours(-1));
  host.Advance(seconds(30));
  CHECK(clock.UnixMillis() == host.UnixMillis() + 3'600'000);
}

TEST_CASE("a sample that took longer does not make the clock worse") {
  const ManualClock host;
  RedisClock clock(&host);
  clock.Observe(Sample(host, milliseconds(500)), TimeSource::kMaster);
  clock.Observe(Sample(host, milliseconds(540), milliseconds(50)),
                TimeSource::kMaster);
  CHECK(clock.HostOffset() == milliseconds(-500));
  // It contradicts what was known: the server's clock was set.
  clock.Observe(Sample(host, milliseconds(900), milliseconds(50)),
                TimeSource::kMaster);
  CHECK(clock.HostOffset() == milliseconds(-900));
  // A better one.
  clock.Observe(Sample(host, milliseconds(880)), TimeSource::kMaster);
  CHECK(clock.HostOffset() == milliseconds(-880));
}

TEST_CASE("an exact sample of long ago gives way to one of now") {
  const ManualClock host;
  RedisClock clock(&host);
  clock.Observe(Sample(host, milliseconds(500)), TimeSource::kMaster);
  host.Advance(hours(1));
  clock.Observe(Sample(host, milliseconds(540), milliseconds(50)),
                TimeSource::kMaster);
  CHECK(clock.HostOffset() == milliseconds(-540));
}

TEST_CASE("a replica's time counts only while no master tells it") {
  const ManualClock host;
  RedisClock clock(&host);
  clock.Observe(Sample(host, seconds(9)), TimeSource::kReplica);
  CHECK(clock.HostOffset() == seconds(-9));
  clock.Observe(Sample(host, seconds(1)), TimeSource::kMaster);
  clock.Observe(Sample(host, seconds(9)), TimeSource::kReplica);
  CHECK(clock.HostOffset() == seconds(-1));
  host.Advance(seconds(60));
  clock.Observe(Sample(host, seconds(9)), TimeSource::kReplica);
  CHECK(clock.HostOffset() == seconds(-9));
}

TEST_CASE("each step of the clock is told") {
  const ManualClock host;
  RedisClock clock(&host);
  std::vector<int64_t> steps;
  clock.SetStepListener(
      [&](milliseconds step) { steps.push_back(step.count()); });
  clock.Observe(Sample(host, seconds(0)), TimeSource::kMaster);
  clock.Observe(Sample(host, seconds(5)), TimeSource::kMaster);
  clock.Observe(Sample(host, seconds(-2)), TimeSource::kMaster);
  CHECK(steps == std::vector<int64_t>{5000, -7000});
}

}  // namespace
}  // namespace groupring
