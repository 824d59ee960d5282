#include "redis/model/skip_list.h"

#include <algorithm>
#include <bit>
#include <queue>

namespace groupring::redis {
namespace {

constexpr Uint128 kOne = 1;

Uint128 ToNumber(const AddressBytes& bytes) {
  Uint128 number = 0;
  for (uint8_t byte : bytes) number = (number << 8) | byte;
  return number;
}

AddressBytes ToBytes(Uint128 number) {
  AddressBytes bytes;
  for (size_t i = bytes.size(); i-- > 0;) {
    bytes[i] = static_cast<uint8_t>(number & 0xff);
    number >>= 8;
  }
  return bytes;
}

Uint128 LastOf(const AddressRange& range) {
  const unsigned bits = range.family == Family::kA ? 32 : 128;
  const unsigned host_bits = bits - range.prefix_length;
  const Uint128 mask = host_bits == 128 ? ~Uint128{0} : (kOne << host_bits) - 1;
  return ToNumber(range.first) | mask;
}

// The addresses of the range that a client can be sent to.
struct Hosts {
  Uint128 first;
  Uint128 last;
};

Hosts HostsOf(const AddressRange& range) {
  Hosts hosts{ToNumber(range.first), LastOf(range)};
  if (range.family == Family::kA && range.prefix_length <= 30) {
    ++hosts.first;
    --hosts.last;
  } else if (range.family == Family::kAaaa && range.prefix_length <= 126) {
    ++hosts.first;
  }
  return hosts;
}

unsigned BitWidth(Uint128 value) {
  const auto high = static_cast<uint64_t>(value >> 64);
  if (high != 0) return 64 + static_cast<unsigned>(std::bit_width(high));
  return static_cast<unsigned>(std::bit_width(static_cast<uint64_t>(value)));
}

// Uniform in [0, bound).
Uint128 Below(Uint128 bound, Random* random) {
  if ((bound >> 64) == 0) {
    return random->Below(static_cast<uint64_t>(bound));
  }
  // Each try succeeds with a chance above one half. The limit only matters to
  // a source of randomness that repeats itself.
  const unsigned width = BitWidth(bound);
  Uint128 value = 0;
  for (int tries = 0; tries < 128; ++tries) {
    value = (static_cast<Uint128>(random->Next()) << 64) | random->Next();
    value >>= 128 - width;
    if (value < bound) return value;
  }
  return value % bound;
}

}  // namespace

SkipList::SkipList(const std::vector<AddressRange>& skipped) {
  std::vector<Interval> all;
  all.reserve(skipped.size());
  for (const AddressRange& range : skipped) {
    all.push_back({ToNumber(range.first), LastOf(range)});
  }
  intervals_ = Merged(std::move(all));
}

SkipList::SkipList(
    const std::vector<std::pair<AddressRange, int64_t>>& skipped) {
  std::vector<Interval> all;
  all.reserve(skipped.size());
  for (const auto& [range, until] : skipped) {
    all.push_back({ToNumber(range.first), LastOf(range), until});
  }
  intervals_ = Merged(std::move(all));
}

SkipList SkipList::Union(const SkipList& a, const SkipList& b) {
  std::vector<Interval> all = a.intervals_;
  all.insert(all.end(), b.intervals_.begin(), b.intervals_.end());
  SkipList both;
  both.intervals_ = Merged(std::move(all));
  return both;
}

std::vector<SkipList::Interval> SkipList::Merged(std::vector<Interval> all) {
  std::sort(all.begin(), all.end(), [](const Interval& a, const Interval& b) {
    return a.first < b.first;
  });
  const auto append = [](const Interval& next, std::vector<Interval>* merged) {
    const bool joins = !merged->empty() && merged->back().until == next.until &&
                       next.first - merged->back().last == 1;
    if (joins) {
      merged->back().last = next.last;
    } else {
      merged->push_back(next);
    }
  };
  const auto ends_sooner = [](const Interval& a, const Interval& b) {
    return a.until < b.until;
  };
  // Goes through the addresses in order. `open` has the intervals that have
  // begun; the one whose time is latest applies.
  std::priority_queue<Interval, std::vector<Interval>, decltype(ends_sooner)>
      open(ends_sooner);
  std::vector<Interval> merged;
  Uint128 at = 0;
  for (size_t next = 0; next < all.size() || !open.empty();) {
    if (open.empty()) at = all[next].first;
    while (next < all.size() && all[next].first <= at) open.push(all[next++]);
    const Interval top = open.top();
    if (top.last < at) {
      open.pop();
      continue;
    }
    Uint128 last = top.last;
    if (next < all.size()) last = std::min(last, all[next].first - 1);
    append({at, last, top.until}, &merged);
    if (last == ~Uint128{0}) break;
    at = last + 1;
  }
  return merged;
}

std::vector<std::string> SkipList::Prefixes(Family family) const {
  const unsigned bits = family == Family::kA ? 32 : 128;
  std::vector<std::string> prefixes;
  for (const Interval& interval : intervals_) {
    Uint128 first = interval.first;
    for (;;) {
      // The largest block that begins here and does not end beyond the last.
      unsigned host_bits = 0;
      while (host_bits < bits) {
        const Uint128 size_mask = (kOne << host_bits << 1) - 1;
        if ((first & size_mask) != 0) break;
        if (interval.last - first < size_mask) break;
        ++host_bits;
      }
      std::array<char, kAddressTextSize> buffer;
      prefixes.push_back(
          std::string(FormatAddress(family, ToBytes(first), &buffer)) + "/" +
          std::to_string(bits - host_bits));
      const Uint128 mask =
          host_bits == 128 ? ~Uint128{0} : (kOne << host_bits) - 1;
      if (interval.last - first <= mask) break;
      first += mask + 1;
    }
  }
  return prefixes;
}

bool SkipList::Covers(const AddressBytes& address, int64_t unix_millis) const {
  const Uint128 number = ToNumber(address);
  const auto after =
      std::upper_bound(intervals_.begin(), intervals_.end(), number,
                       [](Uint128 wanted, const Interval& interval) {
                         return wanted < interval.first;
                       });
  if (after == intervals_.begin()) return false;
  const Interval& found = *std::prev(after);
  return number <= found.last && found.IsInForce(unix_millis);
}

uint64_t SkipList::FirstTouching(Uint128 number) const {
  const auto it =
      std::lower_bound(intervals_.begin(), intervals_.end(), number,
                       [](const Interval& interval, Uint128 wanted) {
                         return interval.last < wanted;
                       });
  return static_cast<uint64_t>(it - intervals_.begin());
}

Uint128 SkipList::HostsLeft(Uint128 first, Uint128 last,
                            int64_t unix_millis) const {
  // Of ::/0 this is 2^128 - 1, as its first address is no host.
  Uint128 left = last - first + 1;
  for (uint64_t i = FirstTouching(first);
       i < intervals_.size() && intervals_[i].first <= last; ++i) {
    if (!intervals_[i].IsInForce(unix_millis)) continue;
    left -= std::min(last, intervals_[i].last) -
            std::max(first, intervals_[i].first) + 1;
  }
  return left;
}

std::optional<AddressBytes> SkipList::PickHost(const AddressRange& range,
                                               Random* random,
                                               int64_t unix_millis) const {
  if (range.is_single()) {
    if (Covers(range.first, unix_millis)) return std::nullopt;
    return range.first;
  }
  const Hosts hosts = HostsOf(range);
  const Uint128 left = HostsLeft(hosts.first, hosts.last, unix_millis);
  if (left == 0) return std::nullopt;
  // The n-th host that remains: step over the intervals before it.
  Uint128 pick = hosts.first + Below(left, random);
  for (uint64_t i = FirstTouching(hosts.first);
       i < intervals_.size() && intervals_[i].first <= pick; ++i) {
    if (!intervals_[i].IsInForce(unix_millis)) continue;
    pick += intervals_[i].last - std::max(hosts.first, intervals_[i].first) + 1;
  }
  return ToBytes(pick);
}

bool SkipList::LeavesHost(const AddressRange& range,
                          int64_t unix_millis) const {
  if (intervals_.empty()) return true;
  const Hosts hosts = HostsOf(range);
  return HostsLeft(hosts.first, hosts.last, unix_millis) != 0;
}

}  // namespace groupring::redis
