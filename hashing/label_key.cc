#include "hashing/label_key.h"

#include <xxhash.h>

#include "hashing/mix.h"

namespace groupring::hashing {
namespace {

// Constants of format 1.
constexpr XXH64_hash_t kLabelSeed = 2;
constexpr uint64_t kLabelTag = 12;  // in the highest byte
constexpr int kTagShift = 56;

}  // namespace

uint64_t LabelHash(std::string_view label) {
  return XXH64(label.data(), label.size(), kLabelSeed);
}

uint32_t LabelPart(SubnetKey subnet, uint32_t parts) {
  return static_cast<uint32_t>(Mix64(subnet.value * kGoldenGamma)) % parts;
}

SubnetKey LabelKey(uint64_t label_hash, uint32_t part) {
  const uint64_t mixed = Mix64(label_hash + part * kGoldenGamma);
  return {kLabelTag << kTagShift | mixed >> 8};
}

bool IsLabelKey(SubnetKey key) { return key.value >> kTagShift == kLabelTag; }

}  // namespace groupring::hashing
