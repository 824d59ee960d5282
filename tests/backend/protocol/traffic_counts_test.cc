#include "backend/protocol/traffic_counts.h"

#include <chrono>
#include <set>
#include <string_view>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

TEST_CASE("traffic counts: a bucket holds what is no longer than its bound") {
  LatencyCounts latency;
  latency.Add(nanoseconds(0));
  latency.Add(microseconds(10));
  latency.Add(microseconds(10) + nanoseconds(1));
  latency.Add(std::chrono::seconds(1));
  latency.Add(std::chrono::seconds(1) + nanoseconds(1));
  CHECK(latency.buckets[0].value() == 2);
  CHECK(latency.buckets[1].value() == 1);
  CHECK(latency.buckets[14].value() == 1);
  CHECK(latency.buckets[15].value() == 1);
  CHECK(latency.samples() == 5);
  CHECK(latency.nanos.value() == 2'000'020'002);
}

TEST_CASE("traffic counts: a clock that runs backwards adds nothing") {
  LatencyCounts latency;
  latency.Add(nanoseconds(-5));
  CHECK(latency.samples() == 1);
  CHECK(latency.nanos.value() == 0);
}

TEST_CASE("traffic counts: those that are open, and sums") {
  TrafficCounts counts;
  counts.opened[2].Add(5);
  counts.closed[2][0].Add(1);
  counts.closed[2][3].Add(2);
  CHECK(counts.Open(2) == 2);
  CHECK(counts.Open(0) == 0);
  counts.refused[1][1].Add(7);
  counts.errors[0].Add(3);
  counts.latency[0].Add(microseconds(30));
  TrafficCounts sum;
  sum.Add(counts);
  sum.Add(counts);
  CHECK(sum.Open(2) == 4);
  CHECK(sum.refused[1][1].value() == 14);
  CHECK(sum.errors[0].value() == 6);
  CHECK(sum.latency[0].samples() == 2);
  CHECK(sum.latency[0].nanos.value() == 60'000);
  // Read while one of them is being closed.
  counts.closed[2][0].Add(9);
  CHECK(counts.Open(2) == 0);
}

TEST_CASE("traffic counts: each kind and cause has a name of its own") {
  std::set<std::string_view> names;
  for (size_t k = 0; k < kTrafficKinds; ++k) {
    names.insert(ToText(static_cast<TrafficKind>(k)));
  }
  CHECK(names.size() == kTrafficKinds);
  names.clear();
  for (size_t c = 0; c < kRefusalCauses; ++c) {
    names.insert(ToText(static_cast<RefusalCause>(c)));
  }
  for (size_t c = 0; c < kCloseCauses; ++c) {
    names.insert(ToText(static_cast<CloseCause>(c)));
  }
  CHECK(names.size() == kRefusalCauses + kCloseCauses);
  CHECK_FALSE(names.contains(""));
}

TEST_CASE("latency sampler: the first, and then one of 64") {
  LatencySampler sampler;
  CHECK(sampler.Next());
  int sampled = 0;
  for (int i = 0; i < 640'000; ++i) sampled += sampler.Next() ? 1 : 0;
  CHECK(sampled > 9'700);
  CHECK(sampled < 10'300);
}

}  // namespace
}  // namespace groupring::backend
