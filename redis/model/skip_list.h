// Addresses and prefixes that are never answered (`<name>:A:SKIPLIST`).
#ifndef GROUPRING_REDIS_MODEL_SKIP_LIST_H_
#define GROUPRING_REDIS_MODEL_SKIP_LIST_H_

#include <optional>
#include <string>
#include <vector>

#include "redis/base/random.h"
#include "redis/model/address.h"

namespace groupring::redis {

// Immutable after construction; any thread may read it.
class SkipList {
 public:
  SkipList() = default;
  // All of one family.
  explicit SkipList(const std::vector<AddressRange>& skipped);

  // What either list skips.
  static SkipList Union(const SkipList& a, const SkipList& b);

  // Whether both skip the same addresses.
  bool operator==(const SkipList&) const = default;

  bool empty() const { return intervals_.empty(); }

  // The fewest prefixes that cover exactly what is skipped, in order, as
  // members of a skip list are written. REQUIRES: all of that family.
  std::vector<std::string> Prefixes(Family family) const;

  bool Covers(const AddressBytes& address) const;

  // A host of `range` that is not skipped, uniform over those that remain;
  // nothing when the list covers the whole range. In a range of IPv4 up to
  // /30 the network and the broadcast address are no hosts; in IPv6 up to
  // /126 the first (subnet-router anycast) is none.
  std::optional<AddressBytes> PickHost(const AddressRange& range,
                                       Random* random) const;

  // Whether PickHost would find one.
  bool LeavesHost(const AddressRange& range) const;

 private:
  struct Interval {  // both ends included
    Uint128 first;
    Uint128 last;
    bool operator==(const Interval&) const = default;
  };

  // Sorted, disjoint, not adjacent.
  static std::vector<Interval> Merged(std::vector<Interval> all);

  // The index of the first interval that does not end before `number`.
  uint64_t FirstTouching(Uint128 number) const;
  // How many numbers of first … last are in no interval.
  Uint128 HostsLeft(Uint128 first, Uint128 last) const;

  std::vector<Interval> intervals_;  // sorted, disjoint, not adjacent
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_SKIP_LIST_H_
