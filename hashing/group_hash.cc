#include "hashing/group_hash.h"

#include <xxhash.h>

namespace groupring::hashing {
namespace {

// Constants of format 1.
constexpr XXH64_hash_t kOrderSeed = 0;
constexpr XXH64_hash_t kShareSeed = 1;

}  // namespace

uint64_t OrderHash(std::string_view name) {
  return XXH64(name.data(), name.size(), kOrderSeed);
}

uint64_t ShareHash(std::string_view name) {
  return XXH64(name.data(), name.size(), kShareSeed);
}

}  // namespace groupring::hashing
