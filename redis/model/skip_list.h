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
  // All of one family, for ever.
  explicit SkipList(const std::vector<AddressRange>& skipped);
  // Each until its time, unix milliseconds or kForEver. Where ranges overlap
  // the latest time counts.
  explicit SkipList(
      const std::vector<std::pair<AddressRange, int64_t>>& skipped);

  // What either list skips.
  static SkipList Union(const SkipList& a, const SkipList& b);

  // Whether both skip the same addresses.
  bool operator==(const SkipList&) const = default;

  // Whether nothing is skipped at any time.
  bool empty() const { return intervals_.empty(); }

  // The fewest prefixes that cover exactly what is skipped, in order, as
  // members of a skip list are written. REQUIRES: all of that family.
  std::vector<std::string> Prefixes(Family family) const;

  // The times, unix milliseconds, matter only to lists of which a part ends.
  bool Covers(const AddressBytes& address, int64_t unix_millis = 0) const;

  // A host of `range` that is not skipped then, uniform over those that remain;
  // nothing when the list covers the whole range. In a range of IPv4 up to
  // /30 the network and the broadcast address are no hosts; in IPv6 up to
  // /126 the first (subnet-router anycast) is none.
  std::optional<AddressBytes> PickHost(const AddressRange& range,
                                       Random* random,
                                       int64_t unix_millis = 0) const;

  // Whether PickHost would find one.
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
