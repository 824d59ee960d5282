// The ring: which group comes first, and what it takes to make and to change
// one.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "hashing/owner_table.h"
#include "hashing/ring.h"
#include "tests/bench/in_process/allocations.h"

namespace groupring::bench {
namespace {

using hashing::OwnerTable;
using hashing::Ring;

constexpr uint32_t kStride = 7919;  // slots far from each other

std::vector<hashing::RingGroup> Groups(const benchmark::State& state) {
  std::vector<hashing::RingGroup> groups;
  for (int64_t i = 0; i < state.range(0); ++i) {
    groups.push_back({"group-" + std::to_string(i), 100});
  }
  return groups;
}

std::shared_ptr<const Ring> MakeRing(const benchmark::State& state) {
  std::string error;
  return Ring::Create(Groups(state), &error);
}

std::vector<bool> AllOf(const Ring& ring) {
  return std::vector<bool>(ring.size(), true);
}

void RingFirst(benchmark::State& state) {
  const auto ring = MakeRing(state);
  uint32_t slot = 0;
  AllocationCounter counter(state);
  for (auto _ : state) {
    slot = (slot + kStride) % hashing::kSlots;
    benchmark::DoNotOptimize(ring->First(slot));
  }
}
BENCHMARK(RingFirst)->ArgName("groups")->Arg(3)->Arg(10)->Arg(31)->Arg(1000);

void TableOwner(benchmark::State& state) {
  const auto ring = MakeRing(state);
  const auto table = OwnerTable::Build(ring, AllOf(*ring));
  uint32_t slot = 0;
  AllocationCounter counter(state);
  for (auto _ : state) {
    slot = (slot + kStride) % hashing::kSlots;
    benchmark::DoNotOptimize(table->Owner(slot));
  }
}
BENCHMARK(TableOwner)->ArgName("groups")->Arg(32)->Arg(1000);

void RingCreate(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(MakeRing(state));
}
BENCHMARK(RingCreate)
    ->ArgName("groups")
    ->Arg(3)
    ->Arg(1000)
    ->Unit(benchmark::kMicrosecond);

void TableBuild(benchmark::State& state) {
  const auto ring = MakeRing(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(OwnerTable::Build(ring, AllOf(*ring)));
  }
}
BENCHMARK(TableBuild)
    ->ArgName("groups")
    ->Arg(32)
    ->Arg(1000)
    ->Unit(benchmark::kMillisecond);

// A group is taken out, and brought back.
void TableUpdate(benchmark::State& state) {
  const auto ring = MakeRing(state);
  const auto all = OwnerTable::Build(ring, AllOf(*ring));
  std::vector<bool> enabled = AllOf(*ring);
  enabled[0] = false;
  for (auto _ : state) {
    const auto without = OwnerTable::Update(*all, ring, enabled);
    benchmark::DoNotOptimize(OwnerTable::Update(*without, ring, AllOf(*ring)));
  }
}
BENCHMARK(TableUpdate)
    ->ArgName("groups")
    ->Arg(32)
    ->Arg(1000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace groupring::bench
