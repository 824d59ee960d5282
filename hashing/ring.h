// The ring: which groups answer a client's subnet, in which order.
//
// Weighted rendezvous over 2^20 slots, integer arithmetic only. The mapping is
// a format (README.md): it is a pure function of the groups' names and
// weights, the same in every process, build and version.
#ifndef GROUPRING_HASHING_RING_H_
#define GROUPRING_HASHING_RING_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hashing/candidates.h"
#include "hashing/subnet_key.h"

namespace groupring::hashing {

// The number of the mapping. It changes whenever any key would map elsewhere.
inline constexpr int kRingFormat = 1;

inline constexpr uint32_t kSlotBits = 20;
inline constexpr uint32_t kSlots = uint32_t{1} << kSlotBits;

// The slot of a subnet: 0 … kSlots - 1.
uint32_t SlotOf(SubnetKey key);

// Whether a gradual change of weights has come to the slot when it has come to
// this part of all slots, in units of 2^-32. Monotone: a slot that it has come
// to stays so at every larger part.
bool HasMovedOn(uint32_t slot, uint64_t progress);

// The part of its slots that a group keeps, in units of 2^-32.
inline constexpr uint64_t kWholeShare = uint64_t{1} << 32;

struct RingGroup {
  std::string name;
  uint32_t weight = 100;  // 0: never chosen, the same as absent
};

// Immutable; any thread may use it.
class Ring {
 public:
  static constexpr uint32_t kMaxWeight = uint32_t{1} << 24;
  static constexpr size_t kMaxGroups = 65535;

  // Returns null, with the reason in *error, for a name given twice (or two
  // names with the same hash), a weight above kMaxWeight or too many groups. A
  // ring without groups is valid, and no group answers on it.
  static std::shared_ptr<const Ring> Create(std::vector<RingGroup> groups,
                                            std::string* error);

  // The groups with a weight above 0, sorted by the bytes of their names. An
  // index in this order identifies a group.
  size_t size() const { return names_.size(); }
  const std::string& name(size_t index) const { return names_[index]; }
  uint32_t weight(size_t index) const { return weights_[index]; }
  std::optional<size_t> IndexOf(std::string_view name) const;

  // Whether the group keeps this slot when it keeps `share` of its slots.
  // Monotone: a slot kept at a share is kept at every larger one.
  bool Keeps(size_t index, uint32_t slot, uint64_t share) const;

  // The first group of the slot's order. REQUIRES: size() > 0.
  size_t First(uint32_t slot) const;

  // The groups whose chosen[i] is true. REQUIRES: chosen.size() == size().
  Candidates Among(const std::vector<bool>& chosen) const;

 private:
  friend class RingOrder;
  friend class OwnerTable;
  Ring() = default;
  // By index.
  std::vector<std::string> names_;
  std::vector<uint32_t> weights_;
  std::vector<uint64_t> order_hashes_;
  std::vector<uint64_t> share_hashes_;
  Candidates candidates_;
};

// Iterates over the groups of a slot, best first. Keeps its memory when it is
// used again, so that it allocates nothing in steady state. Not thread-safe.
// The ring must outlive the iteration.
class RingOrder {
 public:
  // Starts at the first group. Cheap: nothing is sorted in advance.
  void Start(const Ring& ring, uint32_t slot);

  // The index of the next group; nothing after the last one.
  std::optional<size_t> Next();

 private:
  const Ring* ring_ = nullptr;
  uint32_t slot_ = 0;
  size_t given_ = 0;
  // The first groups are found by scans, because most callers need no more and
  // a scan costs much less than a heap.
  static constexpr size_t kScans = 3;
  std::array<uint16_t, kScans> scanned_ = {};
  // The groups not yet returned, after the scans.
  std::vector<Candidates::Winner> heap_;

  bool Scanned(uint16_t index) const;
  void FillHeap();
};

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_RING_H_
