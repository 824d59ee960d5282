#include "hashing/slot.h"

#include "hashing/ring.h"

namespace groupring::hashing {

uint32_t SlotOf(SubnetKey key) {
  return static_cast<uint32_t>(Mix64(key.value * kGoldenGamma) >>
                               (64 - kSlotBits));
}

}  // namespace groupring::hashing
