#include "hashing/owner_table.h"

#include <utility>

#include "hashing/candidates.h"
#include "hashing/slot.h"

namespace groupring::hashing {
namespace {

constexpr uint16_t kNobody = Candidates::kNone;

// The group of the new ring that corresponds to one of the earlier ring.
struct Successor {
  uint16_t index = kNobody;  // in the ring now
  bool lost = false;         // its weight fell (to 0: it is gone or disabled)
};

// The groups that weigh more than before, which may win any slot, and the
// successors of the earlier groups.
struct Difference {
  std::vector<Successor> successors;
  std::vector<bool> gained;
  size_t gained_count = 0;
};

uint32_t EffectiveWeight(const Ring& ring, const std::vector<bool>& enabled,
                         size_t index) {
  return enabled[index] ? ring.weight(index) : 0;
}

Difference Compare(const Ring& before, const std::vector<bool>& enabled_before,
                   const Ring& now, const std::vector<bool>& enabled_now) {
  Difference difference;
  difference.successors.resize(before.size());
  difference.gained.resize(now.size());
  // Both rings are sorted by name: walk them side by side.
  size_t old = 0;
  size_t i = 0;
  while (old < before.size() || i < now.size()) {
    const bool in_before = old < before.size() &&
                           (i == now.size() || before.name(old) <= now.name(i));
    const bool in_now = i < now.size() && (old == before.size() ||
                                           now.name(i) <= before.name(old));
    const uint32_t was =
        in_before ? EffectiveWeight(before, enabled_before, old) : 0;
    const uint32_t is = in_now ? EffectiveWeight(now, enabled_now, i) : 0;
    if (in_before) {
      difference.successors[old].lost = is < was;
      if (in_now) difference.successors[old].index = static_cast<uint16_t>(i);
    }
    if (is > was) {
      difference.gained[i] = true;
      ++difference.gained_count;
    }
    old += in_before ? 1 : 0;
    i += in_now ? 1 : 0;
  }
  return difference;
}

}  // namespace

std::shared_ptr<const OwnerTable> OwnerTable::Build(
    std::shared_ptr<const Ring> ring, std::vector<bool> enabled) {
  // make_shared cannot reach the constructor.
  std::shared_ptr<OwnerTable> table(new OwnerTable);
  const Candidates candidates = ring->Among(enabled);
  table->owners_.resize(kSlots);
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    table->owners_[slot] = candidates.Best(SlotKey(slot)).index;
  }
  table->ring_ = std::move(ring);
  table->enabled_ = std::move(enabled);
  return table;
}

std::shared_ptr<const OwnerTable> OwnerTable::Update(
    const OwnerTable& before, std::shared_ptr<const Ring> ring,
    std::vector<bool> enabled) {
  const Difference difference =
      Compare(*before.ring_, before.enabled_, *ring, enabled);
  const Candidates all = ring->Among(enabled);
  // This covers tables whose slots had no owner: then no group had a weight, so
  // every group that has one now has gained.
  if (difference.gained_count + 1 >= all.size()) {
    return Build(std::move(ring), std::move(enabled));
  }
  const Candidates gained = ring->Among(difference.gained);

  std::shared_ptr<OwnerTable> table(new OwnerTable);
  table->owners_.resize(kSlots);
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    const uint64_t slot_key = SlotKey(slot);
    const uint16_t old = before.owners_[slot];
    const Successor successor = difference.successors[old];
    if (successor.lost) {
      table->owners_[slot] = all.Best(slot_key).index;
      continue;
    }
    // It still comes before every group that did not gain weight.
    const uint16_t index = successor.index;
    table->owners_[slot] = index;
    if (gained.size() == 0) continue;
    Candidates::Winner best = {index,
                               {Mix64(slot_key ^ ring->order_hashes_[index]), 0,
                                ring->weights_[index]}};
    Candidates::Challenge(best, gained.Best(slot_key));
    table->owners_[slot] = best.index;
  }
  table->ring_ = std::move(ring);
  table->enabled_ = std::move(enabled);
  return table;
}

std::optional<size_t> OwnerTable::Owner(uint32_t slot) const {
  const uint16_t owner = owners_[slot];
  if (owner == kNobody) return std::nullopt;
  return owner;
}

}  // namespace groupring::hashing
