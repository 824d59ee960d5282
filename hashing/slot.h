// The key of a slot, which goes into the pair hash.
#ifndef GROUPRING_HASHING_SLOT_H_
#define GROUPRING_HASHING_SLOT_H_

#include <cstdint>

#include "hashing/mix.h"

namespace groupring::hashing {

constexpr uint64_t SlotKey(uint32_t slot) {
  return Mix64((uint64_t{slot} + 1) * kGoldenGamma);
}

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_SLOT_H_
