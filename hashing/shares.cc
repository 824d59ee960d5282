#include "hashing/shares.h"

#include <algorithm>
#include <cassert>

#include "hashing/candidates.h"
#include "hashing/slot.h"

namespace groupring::hashing {
namespace {

std::string NameOf(const Ring& ring, uint16_t index) {
  return index == kNobody ? std::string() : ring.name(index);
}

}  // namespace

std::vector<uint16_t> OwnersOf(const RingState& state) {
  assert(state.shares.size() == state.ring->size());
  std::vector<bool> takes_part;
  for (const uint64_t share : state.shares) takes_part.push_back(share > 0);
  const Candidates candidates = state.ring->Among(takes_part);
  const bool is_changing =
      state.earlier != nullptr && state.progress < kWholeShare;
  const Candidates earlier =
      is_changing ? state.earlier->Among(takes_part) : Candidates();
  std::vector<uint16_t> owners(kSlots);
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    const auto keeps = [&state, slot](uint16_t index) {
      const uint64_t share = state.shares[index];
      return share >= kWholeShare || state.ring->Keeps(index, slot, share);
    };
    const bool has_moved = !is_changing || HasMovedOn(slot, state.progress);
    owners[slot] =
        (has_moved ? candidates : earlier).Best(SlotKey(slot), keeps).index;
  }
  return owners;
}

std::map<std::string, uint32_t> SharesOf(const RingState& state) {
  // The last element counts the slots that no group answers.
  std::vector<uint32_t> slots(size_t{kNobody} + 1);
  for (const uint16_t owner : OwnersOf(state)) ++slots[owner];
  std::map<std::string, uint32_t> shares;
  for (size_t i = 0; i < state.ring->size(); ++i) {
    shares[state.ring->name(i)] = slots[i];
  }
  if (slots[kNobody] > 0) shares[""] += slots[kNobody];
  return shares;
}

Moves MovesBetween(const RingState& before, const RingState& after) {
  const std::vector<uint16_t> from = OwnersOf(before);
  const std::vector<uint16_t> to = OwnersOf(after);

  // The index in `after` of each group of `before`.
  std::vector<uint16_t> same(size_t{kNobody} + 1, kNobody);
  std::vector<bool> gone(size_t{kNobody} + 1);
  for (size_t i = 0; i < before.ring->size(); ++i) {
    const auto index = after.ring->IndexOf(before.ring->name(i));
    gone[i] = !index.has_value();
    same[i] = static_cast<uint16_t>(index.value_or(kNobody));
  }

  std::vector<uint32_t> pairs;  // from above, to below
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    if (!gone[from[slot]] && same[from[slot]] == to[slot]) continue;
    pairs.push_back(uint32_t{from[slot]} << 16 | to[slot]);
  }
  std::sort(pairs.begin(), pairs.end());

  Moves moves;
  for (auto at = pairs.begin(); at != pairs.end();) {
    const auto end = std::upper_bound(at, pairs.end(), *at);
    const auto from_index = static_cast<uint16_t>(*at >> 16);
    const auto to_index = static_cast<uint16_t>(*at & 0xffff);
    moves[{NameOf(*before.ring, from_index), NameOf(*after.ring, to_index)}] =
        static_cast<uint32_t>(end - at);
    at = end;
  }
  return moves;
}

}  // namespace groupring::hashing
