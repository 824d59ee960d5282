// Random addresses of a set: of Redis' drawing, and of our own while there
// are none of those.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "redis/base/random.h"
#include "redis/model/address_set.h"
#include "tests/bench/in_process/allocations.h"

namespace groupring::bench {
namespace {

redis::AddressSet MakeSet(int64_t members) {
  std::vector<redis::AddressRange> ranges;
  for (int64_t i = 0; i < members; ++i) {
    ranges.push_back(*redis::ParseMember(
        redis::Family::kA, "10." + std::to_string(i / 62500) + "." +
                               std::to_string(i / 250 % 250) + "." +
                               std::to_string(i % 250 + 1)));
  }
  return redis::AddressSet("g:A", redis::Family::kA, std::move(ranges));
}

void DrawOfRedis(benchmark::State& state) {
  const redis::AddressSet set = MakeSet(state.range(0));
  Mt19937Random random(1);
  bool wake = false;
  AllocationCounter counter(state);
  for (auto _ : state) {
    if (set.pool()->Free() > redis::DrawPool::kCapacity / 2) {
      for (uint32_t left = set.pool()->Free(); left > 0; --left) {
        set.pool()->Put(left % static_cast<uint32_t>(state.range(0)));
      }
      set.pool()->ClearWant();
    }
    benchmark::DoNotOptimize(&set.Draw(&random, &wake));
  }
}
BENCHMARK(DrawOfRedis)->ArgName("members")->Arg(4)->Arg(10000);

void DrawOfOurOwn(benchmark::State& state) {
  const redis::AddressSet set = MakeSet(state.range(0));
  Mt19937Random random(1);
  bool wake = false;
  AllocationCounter counter(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(&set.Draw(&random, &wake));
  }
}
BENCHMARK(DrawOfOurOwn)->ArgName("members")->Arg(4)->Arg(10000);

}  // namespace
}  // namespace groupring::bench
