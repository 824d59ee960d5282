// Which label a client has, among many networks that have one.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/snapshot/affinity_table.h"
#include "hashing/subnet_key.h"
#include "redis/schema/affinity.h"

namespace groupring::bench {
namespace {

constexpr uint32_t kFirst = 30U << 16;  // 30.0.0.0/24, in /24s

std::string Subnet(uint32_t number) {
  return absl::StrFormat("%d.%d.%d.0/24", number >> 16, number >> 8 & 0xff,
                         number & 0xff);
}

// Every second /24, so that half of all look-ups find an entry.
backend::AffinityTable TableOf(const benchmark::State& state) {
  redis::RawValue raw{redis::RawValue::Kind::kValue, {}};
  for (uint32_t i = 0; i < state.range(0); ++i) {
    raw.items.push_back(Subnet(kFirst + 2 * i));
    raw.items.push_back(absl::StrFormat("label-%d", i % 5000));
  }
  redis::Complaints none;
  return backend::AffinityTable(redis::ParseAffinity(raw, nullptr, &none));
}

void AffinityLookup(benchmark::State& state) {
  const backend::AffinityTable table = TableOf(state);
  constexpr uint32_t kClients = 1 << 12;
  constexpr uint32_t kStride = 7919;  // networks far from each other
  constexpr uint8_t kLongest = 24;
  std::vector<hashing::ClientSubnet> clients;
  for (uint32_t i = 0; i < kClients; ++i) {
    const auto entries = static_cast<uint32_t>(state.range(0));
    clients.push_back(*hashing::ParseClientSubnet(
        Subnet(kFirst + i * kStride % (2 * entries))));
  }
  uint32_t at = 0;
  for (auto _ : state) {
    at = (at + 1) % kClients;
    benchmark::DoNotOptimize(table.Find(clients[at], kLongest));
  }
}
BENCHMARK(AffinityLookup)->ArgName("entries")->Arg(100)->Arg(100'000);

}  // namespace
}  // namespace groupring::bench
