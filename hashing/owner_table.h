// A cache for rings of many groups: the owner of each slot, which is the first
// enabled group of the slot's order. It takes 2 bytes for each slot.
#ifndef GROUPRING_HASHING_OWNER_TABLE_H_
#define GROUPRING_HASHING_OWNER_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "hashing/ring.h"

namespace groupring::hashing {

// Immutable; any thread may use it. Keeps its ring alive.
class OwnerTable {
 public:
  // With fewer groups than this RingOrder is as fast as a table.
  static constexpr size_t kWorthwhileGroups = 32;

  // `enabled[i]` says whether group i takes part. Computes every slot.
  // REQUIRES: enabled.size() == ring->size().
  static std::shared_ptr<const OwnerTable> Build(
      std::shared_ptr<const Ring> ring, std::vector<bool> enabled);

  // Returns the same table as Build(ring, enabled), computed faster from an
  // earlier table: only groups whose weight or enablement differs are compared.
  // REQUIRES: enabled.size() == ring->size().
  static std::shared_ptr<const OwnerTable> Update(
      const OwnerTable& before, std::shared_ptr<const Ring> ring,
      std::vector<bool> enabled);

  // The first enabled group of the slot's order; nothing when none is.
  std::optional<size_t> Owner(uint32_t slot) const;

  const std::shared_ptr<const Ring>& ring() const { return ring_; }
  const std::vector<bool>& enabled() const { return enabled_; }

 private:
  OwnerTable() = default;
  std::shared_ptr<const Ring> ring_;
  std::vector<bool> enabled_;
  std::vector<uint16_t> owners_;  // kSlots; 0xffff: nobody
};

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_OWNER_TABLE_H_
