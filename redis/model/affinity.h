// Networks that hash as one client: what `groupring:affinity` holds.
#ifndef GROUPRING_REDIS_MODEL_AFFINITY_H_
#define GROUPRING_REDIS_MODEL_AFFINITY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "redis/model/address.h"

namespace groupring::redis {

// The most keys that a label can be spread over.
inline constexpr uint32_t kMaxLabelParts = 256;

// A label has 1 … kMaxLabelLength printable ASCII characters other than space
// and "/".
inline constexpr size_t kMaxLabelLength = 63;

struct AffinityLabel {
  std::string name;
  uint32_t parts = 1;  // keys that it is spread over, 1 … kMaxLabelParts

  bool operator==(const AffinityLabel&) const = default;
};

struct AffinityEntry {
  // A also for an IPv4 network that is written as ::ffff:a.b.c.d/n.
  Family family = Family::kA;
  uint8_t prefix_length = 0;
  AddressBytes first{};  // host bits zero
  AffinityLabel label;
  std::string text;  // the field exactly as it is in Redis

  bool operator==(const AffinityEntry&) const = default;
};

// Sorted by family, first address and prefix length, each network once. So a
// network comes before the networks within it.
using AffinityEntries = std::vector<AffinityEntry>;

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_AFFINITY_H_
