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

constexpr uint32_t kLabels = 5000;

// Every second one has a label, so that half of all look-ups find an entry.
std::string Subnet4(uint32_t number) {
  const uint32_t subnet = (30U << 16) + number;  // from 30.0.0.0/24 on
  return absl::StrFormat("%d.%d.%d.0/24", subnet >> 16, subnet >> 8 & 0xff,
                         subnet & 0xff);
}
std::string Subnet6(uint32_t number) {
  return absl::StrFormat("2001:%x:%x::/48", 0xdb8 + (number >> 16),
                         number & 0xffff);
}

using SubnetText = std::string (*)(uint32_t number);

backend::AffinityTable TableOf(uint32_t entries, SubnetText subnet) {
  redis::RawValue raw{redis::RawValue::Kind::kValue, {}};
  for (uint32_t i = 0; i < entries; ++i) {
    raw.items.push_back(subnet(2 * i));
    raw.items.push_back(absl::StrFormat("label-%d", i % kLabels));
  }
  redis::Complaints none;
  return backend::AffinityTable(redis::ParseAffinity(raw, nullptr, &none));
}

// Of so many clients, one after the other, in no order. Few keep what they need
// in the processor's caches.
void AffinityLookup(benchmark::State& state, SubnetText subnet) {
  const auto entries = static_cast<uint32_t>(state.range(0));
  const auto count = static_cast<uint32_t>(state.range(1));
  const backend::AffinityTable table = TableOf(entries, subnet);
  constexpr uint32_t kStride = 7919;  // networks far from each other
  constexpr uint8_t kLongest = 48;
  std::vector<hashing::ClientSubnet> clients;
  for (uint32_t i = 0; i < count; ++i) {
    clients.push_back(
        *hashing::ParseClientSubnet(subnet(i * kStride % (2 * entries))));
  }
  uint32_t at = 0;
  for (auto _ : state) {
    at = (at + 1) & (count - 1);
    benchmark::DoNotOptimize(table.Find(clients[at], kLongest));
  }
}
constexpr int kSomeClients = 1 << 12;
constexpr int kManyClients = 1 << 17;
void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"entries", "clients"})
      ->Args({100, kSomeClients})
      ->Args({100'000, kSomeClients})
      ->Args({100'000, kManyClients});
}
BENCHMARK_CAPTURE(AffinityLookup, ipv4, &Subnet4)->Apply(Sizes);
BENCHMARK_CAPTURE(AffinityLookup, ipv6, &Subnet6)->Apply(Sizes);

}  // namespace
}  // namespace groupring::bench
