#include "backend/resolver/who_asks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/string_view.h"
#include "hashing/mix.h"

namespace groupring::backend {
namespace {

// Whatever stands where an address is expected.
constexpr size_t kMostOfAddress = 45;
constexpr size_t kMostOfName = 255;

absl::string_view Key(std::string_view text, size_t most) {
  return {text.data(), std::min(text.size(), most)};
}

std::string KeyText(const std::string& key) { return key; }
std::string KeyText(uint64_t key) {
  return hashing::SubnetText(hashing::SubnetKey{key});
}
std::string KeyText(uint32_t group) { return std::to_string(group); }

struct Sum {
  uint64_t queries = 0;
  uint64_t error = 0;
  uint64_t by_ecs = 0;
  uint64_t weight = 0;
  uint32_t group = AskedQuery::kNoGroup;
};

}  // namespace

WhoAsks::WhoAsks() = default;

void WhoAsks::Half::Clear(TimePoint now) {
  begin = now;
  queries = by_ecs = samples = 0;
  resolvers.Clear();
  subnets.Clear();
  names.Clear();
  groups.Clear();
  rings.clear();
  ring_groups = 0;
}

void WhoAsks::Turn(TimePoint now) {
  if (number_ != 0 && now < halves_[number_ % 2].begin + kHalf) return;
  const bool long_ago =
      number_ != 0 && now >= halves_[number_ % 2].begin + 2 * kHalf;
  ++number_;
  halves_[number_ % 2].Clear(now);
  if (number_ == 1 || long_ago) halves_[(number_ + 1) % 2].Clear(now);
}

uint64_t WhoAsks::Add(const AskedQuery& query, uint64_t weight, TimePoint now) {
  if (!mutex_.TryLock()) return 0;
  Turn(now);
  Half& half = halves_[number_ % 2];
  half.queries += weight;
  ++half.samples;
  if (query.by_ecs) half.by_ecs += weight;
  const auto note = [&](Extra* extra) {
    extra->weight += weight;
    if (query.by_ecs) extra->by_ecs += weight;
    extra->group = query.group;
  };
  ResolverExtra* const resolver =
      half.resolvers.Add(Key(query.resolver, kMostOfAddress), weight);
  note(resolver);
  resolver->networks.set(hashing::Mix64(query.subnet.value) % kNetworkBits);
  SubnetExtra* const subnet = half.subnets.Add(query.subnet.value, weight);
  note(subnet);
  subnet->label = query.label;
  subnet->entry = query.entry;
  note(half.names.Add(Key(query.name, kMostOfName), weight));
  if (query.group != AskedQuery::kNoGroup) {
    note(half.groups.Add(query.group, weight));
    if (query.ring != nullptr) AddToRing(query, weight, &half);
  }
  const uint64_t number = number_;
  mutex_.Unlock();
  return number;
}

void WhoAsks::AddToRing(const AskedQuery& query, uint64_t weight, Half* half) {
  const auto ring = half->rings.find(*query.ring);
  if (ring != half->rings.end()) {
    const auto group = ring->second.find(query.group);
    if (group != ring->second.end()) {
      group->second += weight;
      return;
    }
  }
  if (half->ring_groups == kMostRingGroups) return;
  ++half->ring_groups;
  half->rings[*query.ring][query.group] += weight;
}

std::vector<RingAnswers> WhoAsks::Rings(TimePoint now) {
  std::map<std::shared_ptr<const hashing::Ring>, RingAnswers> sums;
  mutex_.Lock();
  Turn(now);
  for (const Half& half : halves_) {
    for (const auto& [ring, groups] : half.rings) {
      RingAnswers& sum = sums[ring];
      sum.ring = ring;
      for (const auto& [group, queries] : groups) sum.groups[group] += queries;
    }
  }
  mutex_.Unlock();
  std::vector<RingAnswers> rings;
  rings.reserve(sums.size());
  for (auto& [ring, sum] : sums) rings.push_back(std::move(sum));
  return rings;
}

Asked WhoAsks::Top(TopBy by, size_t limit, TimePoint now) {
  Asked asked;
  std::map<std::string, Sum> sums;
  std::map<std::string, std::bitset<kNetworkBits>> networks;
  std::map<std::string, SubnetExtra> subnets;
  mutex_.Lock();
  Turn(now);
  const auto add = [&](const auto& entries) {
    for (const auto& entry : entries) {
      Sum& sum = sums[KeyText(entry.key)];
      sum.queries += entry.count;
      sum.error += entry.error;
      sum.by_ecs += entry.extra.by_ecs;
      sum.weight += entry.extra.weight;
      sum.group = entry.extra.group;
    }
  };
  TimePoint begin = now;
  // The previous half first, as its last answers are older.
  for (const uint64_t number : {number_ + 1, number_}) {
    const Half& half = halves_[number % 2];
    if (half.samples > 0) begin = std::min(begin, half.begin);
    asked.queries += half.queries;
    asked.by_ecs += half.by_ecs;
    asked.samples += half.samples;
    switch (by) {
      case TopBy::kResolver:
        add(half.resolvers.entries());
        for (const auto& entry : half.resolvers.entries()) {
          networks[entry.key] |= entry.extra.networks;
        }
        break;
      case TopBy::kSubnet:
        add(half.subnets.entries());
        for (const auto& entry : half.subnets.entries()) {
          subnets[KeyText(entry.key)] = entry.extra;
        }
        break;
      case TopBy::kName:
        add(half.names.entries());
        break;
      case TopBy::kGroup:
        add(half.groups.entries());
        break;
    }
  }
  mutex_.Unlock();
  asked.span = std::chrono::ceil<std::chrono::seconds>(now - begin);
  for (const auto& [key, sum] : sums) {
    Asker asker{key, sum.queries, sum.error, 0, sum.group, 0, {}, {}};
    if (sum.weight > 0) {
      asker.ecs_ratio =
          static_cast<double>(sum.by_ecs) / static_cast<double>(sum.weight);
    }
    asked.askers.push_back(std::move(asker));
  }
  std::stable_sort(
      asked.askers.begin(), asked.askers.end(),
      [](const Asker& a, const Asker& b) { return a.queries > b.queries; });
  if (asked.askers.size() > limit) asked.askers.resize(limit);
  for (Asker& asker : asked.askers) {
    if (const auto of = subnets.find(asker.key); of != subnets.end()) {
      asker.label = of->second.label;
      asker.entry = of->second.entry;
    }
    const auto found = networks.find(asker.key);
    if (found == networks.end()) continue;
    const auto bits = static_cast<double>(kNetworkBits);
    const auto free = static_cast<double>(kNetworkBits - found->second.count());
    asker.networks = free < 1
                         ? kMostNetworks
                         : std::min(kMostNetworks,
                                    std::round(-bits * std::log(free / bits)));
  }
  return asked;
}

void QuerySampler::Done(uint64_t half) {
  if (half == 0) {
    pending_ += distance_;
  } else {
    pending_ = 0;
    if (half != half_) {
      half_ = half;
      gap_ = 1;
      taken_ = 0;
    }
    if (++taken_ == kStep) {
      taken_ = 0;
      gap_ = std::min(2 * gap_, kSparsest);
    }
  }
  // Random distances, so that no pattern of questions is always missed.
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  distance_ = 1 + static_cast<uint32_t>((random_ >> 32) % (2 * gap_ - 1));
  left_ = distance_;
}

}  // namespace groupring::backend
