// Sets of addresses: `<name or group>:A`, `:AAAA`, and the skip lists.
#ifndef GROUPRING_REDIS_SCHEMA_MEMBERS_H_
#define GROUPRING_REDIS_SCHEMA_MEMBERS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/model/address.h"
#include "redis/model/dataset.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Reads a set of addresses. Members that are not an address or range of the
// family, or that no client can connect to, are left out with a complaint. The
// result is empty if the value could not be read: the caller then keeps the
// members that it had. Under razor's rules bits after a prefix are ignored.
std::vector<AddressRange> ParseMembers(const std::string& key, Family family,
                                       const RawValue& raw,
                                       Complaints* complaints,
                                       Schema schema = Schema::kGroupring);

// Reads a skip list as ParseMembers does, except that it may contain any
// address.
std::vector<AddressRange> ParseSkipList(const std::string& key, Family family,
                                        const RawValue& raw,
                                        Complaints* complaints,
                                        Schema schema = Schema::kGroupring);

// Reads one entry of a skip list. Under razor's rules an IPv6 address, or a
// prefix longer than /64, stands for the whole /64, and bits after a prefix are
// ignored.
std::optional<AddressRange> ParseSkipped(Family family, std::string_view text,
                                         Schema schema);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_MEMBERS_H_
