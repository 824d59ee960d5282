// Addresses and prefixes that are not answered: never (`<name>:A:SKIPLIST`), or
// not until a time (`<group>:DISABLED`).
#ifndef GROUPRING_REDIS_MODEL_SKIP_LIST_H_
#define GROUPRING_REDIS_MODEL_SKIP_LIST_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "redis/base/random.h"
#include "redis/model/address.h"

namespace groupring::redis {

// Immutable after construction; any thread may read it.
class SkipList {
 public:
  static constexpr int64_t kForEver = std::numeric_limits<int64_t>::max();

  SkipList() = default;
  // Skips these ranges, all of one family, forever.
  explicit SkipList(const std::vector<AddressRange>& skipped);
  // Skips each range until its time: unix milliseconds or kForEver. Where
  // ranges overlap the latest time applies.
  explicit SkipList(
      const std::vector<std::pair<AddressRange, int64_t>>& skipped);

  // What either list skips.
  static SkipList Union(const SkipList& a, const SkipList& b);

  // Whether both skip the same addresses.
  bool operator==(const SkipList&) const = default;

  // Whether nothing is skipped at any time.
  bool empty() const { return intervals_.empty(); }

  // The fewest prefixes that cover exactly what is skipped, in order, written
  // as members of a skip list. REQUIRES: all ranges are of that family.
  std::vector<std::string> Prefixes(Family family) const;

  // `unix_millis` matters only if some of the list is skipped until a time.
  bool Covers(const AddressBytes& address, int64_t unix_millis = 0) const;

  // A random host of `range` that is not skipped at that time, all with the
  // same chance; nothing when the list covers the whole range. The network and
  // broadcast addresses of an IPv4 range up to /30, and the first address
  // (subnet-router anycast) of an IPv6 range up to /126, are no hosts.
  std::optional<AddressBytes> PickHost(const AddressRange& range,
                                       Random* random,
                                       int64_t unix_millis = 0) const;

  // Whether PickHost finds a host.
  bool LeavesHost(const AddressRange& range, int64_t unix_millis = 0) const;

 private:
  struct Interval {  // both ends included
    Uint128 first;
    Uint128 last;
    int64_t until = kForEver;  // unix milliseconds

    bool IsInForce(int64_t unix_millis) const { return unix_millis < until; }
    bool operator==(const Interval&) const = default;
  };

  // Sorted, disjoint; adjacent ones end at different times.
  static std::vector<Interval> Merged(std::vector<Interval> all);

  // The index of the first interval that does not end before `number`.
  uint64_t FirstTouching(Uint128 number) const;
  // How many numbers of first … last are in no interval that is in force.
  Uint128 HostsLeft(Uint128 first, Uint128 last, int64_t unix_millis) const;

  std::vector<Interval> intervals_;  // as Merged makes them
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_SKIP_LIST_H_
