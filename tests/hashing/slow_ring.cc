#include "tests/hashing/slow_ring.h"

#include <algorithm>
#include <cmath>

#include "hashing/group_hash.h"

namespace groupring::hashing {
namespace {

__extension__ using Wide = unsigned __int128;

uint64_t SlowMix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  x ^= x >> 31;
  return x;
}

uint64_t SlowSlotKey(uint32_t slot) {
  return SlowMix((uint64_t{slot} + 1) * 0x9e3779b97f4a7c15);
}

uint64_t SlowLogEntry(uint64_t i) {
  return static_cast<uint64_t>(std::floor(
      std::log2(1 + static_cast<long double>(i) / 4096) * 4294967296.0L));
}

}  // namespace

uint64_t SlowPairHash(const std::string& name, uint32_t slot) {
  return SlowMix(SlowSlotKey(slot) ^ OrderHash(name));
}

uint64_t SlowNegativeLog2(uint64_t hash) {
  if (hash == 0) hash = 1;
  uint64_t zeros = 0;
  while ((hash >> 63) == 0) {
    hash *= 2;
    ++zeros;
  }
  const Wide i = (hash - (uint64_t{1} << 63)) >> 51;
  const Wide rest = (hash >> 11) % (uint64_t{1} << 40);
  const Wide here = SlowLogEntry(static_cast<uint64_t>(i));
  const Wide next = SlowLogEntry(static_cast<uint64_t>(i) + 1);
  const Wide log = here + (next - here) * rest / (Wide{1} << 40);
  return (zeros + 1) * 4294967296 - static_cast<uint64_t>(log);
}

std::vector<std::string> SlowOrder(const std::vector<RingGroup>& groups,
                                   uint32_t slot) {
  struct Entry {
    std::string name;
    Wide weight;
    uint64_t hash;
    Wide e;
    uint64_t order_hash;
  };
  std::vector<Entry> entries;
  for (const RingGroup& group : groups) {
    if (group.weight == 0) continue;
    const uint64_t hash = SlowPairHash(group.name, slot);
    entries.push_back({group.name, group.weight, hash, SlowNegativeLog2(hash),
                       OrderHash(group.name)});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.e * b.weight != b.e * a.weight)
      return a.e * b.weight < b.e * a.weight;
    if (a.hash != b.hash) return a.hash > b.hash;
    return a.order_hash < b.order_hash;
  });
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

bool SlowKeeps(const std::string& name, uint32_t slot, uint64_t share) {
  return SlowMix(SlowSlotKey(slot) ^ ShareHash(name)) / 4294967296 < share;
}

std::string SlowOwner(
    const std::vector<RingGroup>& groups, uint32_t slot,
    const std::function<uint64_t(const std::string& name)>& share_of) {
  for (const std::string& name : SlowOrder(groups, slot)) {
    if (SlowKeeps(name, slot, share_of(name))) return name;
  }
  return "";
}

}  // namespace groupring::hashing
