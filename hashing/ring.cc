#include "hashing/ring.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "hashing/group_hash.h"
#include "hashing/mix.h"
#include "hashing/slot.h"

namespace groupring::hashing {
namespace {

// Sets the position of a slot in a gradual change apart from its pair hashes
// and share hashes: "weights" in ASCII.
constexpr uint64_t kPositionHash = 0x0077656967687473;

// Why the groups, sorted by name, cannot make a ring; empty if they can.
std::string ReasonAgainst(const std::vector<RingGroup>& groups) {
  for (size_t i = 0; i < groups.size(); ++i) {
    const RingGroup& group = groups[i];
    if (i > 0 && groups[i - 1].name == group.name) {
      return "group '" + group.name + "' is given twice";
    }
    if (group.weight > Ring::kMaxWeight) {
      return "group '" + group.name + "' has weight " +
             std::to_string(group.weight) + ", at most " +
             std::to_string(Ring::kMaxWeight) + " is possible";
    }
  }
  return "";
}

// The names of two groups with the same hash.
std::optional<std::pair<std::string, std::string>> SameHash(
    const std::vector<std::string>& names,
    const std::vector<uint64_t>& hashes) {
  std::vector<size_t> by_hash(hashes.size());
  for (size_t i = 0; i < by_hash.size(); ++i) by_hash[i] = i;
  std::sort(by_hash.begin(), by_hash.end(), [&hashes](size_t a, size_t b) {
    return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : a < b;
  });
  for (size_t i = 1; i < by_hash.size(); ++i) {
    const size_t a = by_hash[i - 1];
    const size_t b = by_hash[i];
    if (hashes[a] == hashes[b]) return std::pair(names[a], names[b]);
  }
  return std::nullopt;
}

}  // namespace

std::shared_ptr<const Ring> Ring::Create(std::vector<RingGroup> groups,
                                         std::string* error) {
  std::sort(
      groups.begin(), groups.end(),
      [](const RingGroup& a, const RingGroup& b) { return a.name < b.name; });
  if (std::string reason = ReasonAgainst(groups); !reason.empty()) {
    *error = std::move(reason);
    return nullptr;
  }
  std::erase_if(groups,
                [](const RingGroup& group) { return group.weight == 0; });
  if (groups.size() > kMaxGroups) {
    *error = std::to_string(groups.size()) + " groups, at most " +
             std::to_string(kMaxGroups) + " are possible";
    return nullptr;
  }

  // make_shared cannot reach the constructor.
  std::shared_ptr<Ring> ring(new Ring);
  std::vector<Candidates::Group> candidates;
  for (RingGroup& group : groups) {
    const uint64_t order_hash = OrderHash(group.name);
    candidates.push_back(
        {order_hash, group.weight, static_cast<uint16_t>(candidates.size())});
    ring->order_hashes_.push_back(order_hash);
    ring->share_hashes_.push_back(ShareHash(group.name));
    ring->weights_.push_back(group.weight);
    ring->names_.push_back(std::move(group.name));
  }
  if (const auto same = SameHash(ring->names_, ring->order_hashes_)) {
    *error = "groups '" + same->first + "' and '" + same->second +
             "' have the same hash";
    return nullptr;
  }
  ring->candidates_ = ring->Among(std::vector<bool>(ring->size(), true));
  return ring;
}

std::optional<size_t> Ring::IndexOf(std::string_view name) const {
  const auto at = std::lower_bound(names_.begin(), names_.end(), name);
  if (at == names_.end() || *at != name) return std::nullopt;
  return static_cast<size_t>(at - names_.begin());
}

bool Ring::Keeps(size_t index, uint32_t slot, uint64_t share) const {
  return (Mix64(SlotKey(slot) ^ share_hashes_[index]) >> 32) < share;
}

bool HasMovedOn(uint32_t slot, uint64_t progress) {
  return (Mix64(SlotKey(slot) ^ kPositionHash) >> 32) < progress;
}

size_t Ring::First(uint32_t slot) const {
  assert(size() > 0);
  return candidates_.Best(SlotKey(slot)).index;
}

Candidates Ring::Among(const std::vector<bool>& chosen) const {
  assert(chosen.size() == size());
  std::vector<Candidates::Group> groups;
  for (size_t i = 0; i < size(); ++i) {
    if (!chosen[i]) continue;
    groups.push_back({order_hashes_[i], weights_[i], static_cast<uint16_t>(i)});
  }
  return Candidates(std::move(groups));
}

}  // namespace groupring::hashing
