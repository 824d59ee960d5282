#include "backend/resolver/address_choice.h"

#include <algorithm>
#include <optional>

namespace groupring::backend {
namespace {

using redis::AddressBytes;
using redis::AddressRange;
using redis::AddressSet;
using redis::Exclusions;
using redis::SkipList;

// How many draws may give an address that is skipped or in the answer already,
// before the set is searched.
constexpr uint32_t kSpareDraws = 16;

// A source of randomness that is a function of its seed (SplitMix64, Steele
// et al. 2014): the host that a subnet gets of a range must not change from
// query to query, nor from node to node.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next() override {
    state_ += 0x9e3779b97f4a7c15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

// The last eight bytes: ranges of one set seldom have the same.
uint64_t Low64(const AddressBytes& address) {
  uint64_t value = 0;
  for (size_t i = 8; i < address.size(); ++i) value = value << 8 | address[i];
  return value;
}

bool Has(const std::vector<ChosenAddress>& addresses, size_t from,
         const AddressBytes& address) {
  return std::any_of(
      addresses.begin() + static_cast<ptrdiff_t>(from), addresses.end(),
      [&](const ChosenAddress& chosen) { return chosen.bytes == address; });
}

// A host of the member, unless it is excluded or among those from `from` on.
std::optional<ChosenAddress> PickNew(const AddressRange& member,
                                     const Exclusions& excluded, size_t from,
                                     Random* random,
                                     const std::vector<ChosenAddress>& out) {
  std::optional<AddressBytes> host;
  if (excluded.empty() && member.is_single()) {
    host = member.first;
  } else {
    host = excluded.PickHost(member, random);
  }
  if (!host.has_value() || Has(out, from, *host)) return std::nullopt;
  // Empty but for a single address.
  return ChosenAddress{*host, member.canonical};
}

}  // namespace

void DrawAddresses(const AddressSet& set, const Exclusions& excluded,
                   uint32_t count, Random* random, bool* wake,
                   QueryCounts* counts, std::vector<ChosenAddress>* out) {
  if (set.empty()) return;
  const size_t from = out->size();
  const size_t members = set.members().size();

  uint32_t draws_left = count + kSpareDraws;
  while (out->size() - from < count && draws_left > 0) {
    --draws_left;
    bool by_redis = false;
    const AddressRange& member = set.Draw(random, wake, &by_redis);
    if (counts != nullptr) {
      const auto by = by_redis ? CountedDraw::kRedis : CountedDraw::kOwn;
      counts->draws[static_cast<size_t>(by)].Add();
    }
    if (const auto host = PickNew(member, excluded, from, random, *out)) {
      out->push_back(*host);
    }
    // Every member is in the answer: no draw can add another.
    if (out->size() - from == members &&
        std::all_of(set.members().begin(), set.members().end(),
                    [](const auto& m) { return m.is_single(); })) {
      return;
    }
  }
  // Nearly everything is excluded or taken. Of the members that can add an
  // address each is picked with the same chance (reservoir sampling).
  while (out->size() - from < count) {
    std::optional<ChosenAddress> picked;
    uint64_t candidates = 0;
    for (const AddressRange& member : set.members()) {
      const auto host = PickNew(member, excluded, from, random, *out);
      if (host.has_value() && random->Below(++candidates) == 0) picked = host;
    }
    if (!picked.has_value()) return;
    out->push_back(*picked);
  }
}

void HashAddresses(const MemberRing& ring, const SkipList& skip,
                   hashing::SubnetKey key, uint32_t count,
                   hashing::RingOrder* order, std::vector<ChosenAddress>* out) {
  const size_t from = out->size();
  order->Start(*ring.ring, hashing::SlotOf(key));
  while (out->size() - from < count) {
    const std::optional<size_t> index = order->Next();
    if (!index.has_value()) return;
    const AddressRange& member = ring.set->members()[ring.member_of[*index]];
    SeededRandom random(key.value ^ Low64(member.first));
    if (const auto host = PickNew(member, skip, from, &random, *out)) {
      out->push_back(*host);
    }
  }
}

}  // namespace groupring::backend
