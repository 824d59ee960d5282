#include "backend/change/client_impact.h"

#include <algorithm>
#include <memory>
#include <variant>

#include "backend/change/impact.h"
#include "backend/resolver/client.h"
#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"
#include "redis/schema/affinity.h"

namespace groupring::backend {
namespace {

using hashing::kNobody;

// In all, over the networks that are written.
constexpr uint64_t kMostNetworks = 65536;

std::vector<uint32_t> SlotsOf(const Population& population,
                              const AffinityTable* affinity) {
  std::vector<uint32_t> slots;
  slots.reserve(population.clients().size());
  for (const PopulationClient& client : population.clients()) {
    slots.push_back(
        hashing::SlotOf(KeyOf(client.subnet, client.is_source, affinity)));
  }
  return slots;
}

// Who answers each slot of a ring, by a name that both sides share.
struct Owners {
  std::vector<uint16_t> of_slot;
  std::vector<std::string> names;

  const std::string& Of(uint32_t slot) const {
    static const std::string nobody;
    const uint16_t owner = of_slot[slot];
    return owner == kNobody ? nobody : names[owner];
  }
};

Owners OwnersByName(const hashing::RingState& state) {
  Owners owners;
  owners.of_slot = hashing::OwnersOf(state);
  for (size_t i = 0; i < state.ring->size(); ++i) {
    owners.names.push_back(state.ring->name(i));
  }
  return owners;
}

// The heaviest moves so far: a heap whose lightest is on top.
class Busiest {
 public:
  void Offer(size_t client, double weight) {
    if (heaviest_.size() == kBusiestMovers && weight <= heaviest_[0].first) {
      return;
    }
    if (heaviest_.size() == kBusiestMovers) {
      std::pop_heap(heaviest_.begin(), heaviest_.end(), std::greater<>());
      heaviest_.pop_back();
    }
    heaviest_.emplace_back(weight, client);
    std::push_heap(heaviest_.begin(), heaviest_.end(), std::greater<>());
  }
  // The heaviest first; of equal ones the first that was offered.
  std::vector<size_t> Clients() && {
    std::sort(
        heaviest_.begin(), heaviest_.end(), [](const auto& a, const auto& b) {
          return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
    std::vector<size_t> clients;
    for (const auto& [weight, client] : heaviest_) clients.push_back(client);
    return clients;
  }

 private:
  std::vector<std::pair<double, size_t>> heaviest_;
};

RingClients Count(const Owners& before, const Owners& after,
                  const std::vector<uint32_t>& slots_before,
                  const std::vector<uint32_t>& slots_after,
                  const Population& population) {
  RingClients counted;
  Busiest busiest;
  const std::vector<PopulationClient>& clients = population.clients();
  // By index first, as a million look-ups by name would take a second.
  std::map<std::pair<uint16_t, uint16_t>, double> weights;
  std::vector<double> of_before(size_t{kNobody} + 1);
  std::vector<double> of_after(size_t{kNobody} + 1);
  // Which group of `after` each one of `before` is.
  std::vector<uint16_t> same(size_t{kNobody} + 1, kNobody - 1);
  same[kNobody] = kNobody;
  for (size_t i = 0; i < before.names.size(); ++i) {
    const auto found =
        std::find(after.names.begin(), after.names.end(), before.names[i]);
    if (found == after.names.end()) continue;
    same[i] = static_cast<uint16_t>(found - after.names.begin());
  }
  for (size_t i = 0; i < clients.size(); ++i) {
    const uint16_t from = before.of_slot[slots_before[i]];
    const uint16_t to = after.of_slot[slots_after[i]];
    of_before[from] += clients[i].weight;
    of_after[to] += clients[i].weight;
    if (same[from] == to) continue;
    ++counted.moved;
    counted.moved_weight += clients[i].weight;
    weights[{from, to}] += clients[i].weight;
    busiest.Offer(i, clients[i].weight);
  }
  const auto name_of = [](const Owners& owners, uint16_t index) {
    return index == kNobody ? std::string() : owners.names[index];
  };
  for (const auto& [pair, weight] : weights) {
    counted.moves[{name_of(before, pair.first), name_of(after, pair.second)}] +=
        weight;
  }
  for (size_t i = 0; i < before.names.size(); ++i) {
    counted.before[before.names[i]] = of_before[i];
  }
  for (size_t i = 0; i < after.names.size(); ++i) {
    counted.after[after.names[i]] = of_after[i];
  }
  if (of_before[kNobody] > 0) counted.before[""] = of_before[kNobody];
  if (of_after[kNobody] > 0) counted.after[""] = of_after[kNobody];
  for (const size_t client : std::move(busiest).Clients()) {
    counted.busiest.push_back(
        {ClientText(clients[client].subnet), before.Of(slots_before[client]),
         after.Of(slots_after[client]), clients[client].weight});
  }
  return counted;
}

void AddNetworks(const redis::AffinityEntry& entry, uint64_t quota,
                 Population* population) {
  const bool is_ipv4 = entry.family == redis::Family::kA;
  const auto key_length = static_cast<uint8_t>(is_ipv4 ? 24 : 48);
  hashing::ClientSubnet subnet;
  std::copy(entry.first.begin() + (is_ipv4 ? 12 : 0), entry.first.end(),
            subnet.address.begin());
  const auto add = [&](uint64_t bits, uint8_t length, bool is_source) {
    subnet.key = {uint64_t{is_ipv4 ? 4U : 6U} << 56 | bits};
    for (size_t i = 0; i < key_length / 8U; ++i) {
      subnet.address[i] =
          static_cast<uint8_t>(bits >> (key_length - 8 - 8 * i));
    }
    subnet.source_prefix_length = length;
    population->Add(subnet, is_source, 1);
  };
  uint64_t first = 0;
  for (size_t i = 0; i < key_length / 8U; ++i) {
    first = first << 8 | subnet.address[i];
  }
  if (entry.prefix_length >= key_length) {
    const bool is_source = entry.prefix_length > key_length;
    add(first, entry.prefix_length, is_source);
    return;
  }
  const uint64_t all = uint64_t{1} << (key_length - entry.prefix_length);
  const uint64_t count = std::min(all, quota);
  // An odd number of steps, so that not only round numbers are looked at.
  const uint64_t step =
      all / count > 1 ? all / count - (all / count + 1) % 2 : 1;
  for (uint64_t i = 0; i < count; ++i) {
    add(first + i * step, key_length, false);
  }
}

}  // namespace

ClientImpact ImpactOnClients(const Snapshot& before, int64_t before_unix_millis,
                             const Snapshot& after, int64_t after_unix_millis,
                             const Population& population,
                             ClientImpact::Source source) {
  ClientImpact impact;
  impact.source = source;
  impact.clients = population.clients().size();
  impact.weight = population.weight();
  const bool same_slots = before.affinity == after.affinity;
  const std::vector<uint32_t> slots_before =
      SlotsOf(population, before.affinity.get());
  const std::vector<uint32_t> slots_after =
      same_slots ? slots_before : SlotsOf(population, after.affinity.get());
  for (RingPair& pair :
       PairRings(before, before_unix_millis, after, after_unix_millis)) {
    if (same_slots && pair.is_same) continue;
    if (impact.rings.size() == kMaxCountedRings) {
      ++impact.uncounted_rings;
      continue;
    }
    impact.rings.push_back(Count(OwnersByName(pair.before),
                                 OwnersByName(pair.after), slots_before,
                                 slots_after, population));
    impact.rings.back().names = std::move(pair.names);
  }
  std::sort(impact.rings.begin(), impact.rings.end(),
            [](const RingClients& a, const RingClients& b) {
              if (a.moved_weight != b.moved_weight) {
                return a.moved_weight > b.moved_weight;
              }
              return a.names < b.names;
            });
  return impact;
}

Population NetworksWritten(const redis::WriteBatch& writes) {
  redis::AffinityList entries;
  for (const redis::Write& write : writes) {
    if (const auto* set = std::get_if<redis::SetAffinity>(&write)) {
      entries.insert(entries.end(), set->entries.begin(), set->entries.end());
    } else if (const auto* gone = std::get_if<redis::RemoveAffinity>(&write)) {
      for (const std::string& field : gone->fields) {
        auto entry = redis::ParseAffinityPrefix(field);
        if (entry.ok()) entries.push_back(*std::move(entry));
      }
    }
  }
  Population networks;
  for (const redis::AffinityEntry& entry : entries) {
    const uint64_t quota = kMostNetworks / entries.size();
    AddNetworks(entry, std::max<uint64_t>(quota, 1), &networks);
  }
  return networks;
}

}  // namespace groupring::backend
