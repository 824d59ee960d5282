// Networks that hash as one: what `groupring:affinity` holds.
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

// What a label is made of: 1 … kMaxLabelLength printable characters of ASCII,
// without spaces and without "/".
inline constexpr size_t kMaxLabelLength = 63;

struct AffinityLabel {
  std::string name;
  uint32_t parts = 1;  // keys that it is spread over, 1 … kMaxLabelParts

  bool operator==(const AffinityLabel&) const = default;
};

struct AffinityEntry {
  // An IPv4 network written as ::ffff:a.b.c.d/n is of family A.
  Family family = Family::kA;
  uint8_t prefix_length = 0;
  AddressBytes first{};  // host bits zero
  AffinityLabel label;
  std::string text;  // the field exactly as it stands in Redis

  bool operator==(const AffinityEntry&) const = default;
};

// By family, first address and prefix length, no network twice: each one comes
// before those within it.
using AffinityEntries = std::vector<AffinityEntry>;

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_AFFINITY_H_
