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

// Members that are no address or range of the family, or one that no client
// can connect to, are left out. Of a value that could not be read there are
// none: the caller goes on with what he had. By razor's rules bits after the
// prefix of a range count for nothing.
std::vector<AddressRange> ParseMembers(const std::string& key, Family family,
                                       const RawValue& raw,
                                       Complaints* complaints,
                                       Schema schema = Schema::kGroupring);

// The same for a skip list, which may name any address.
std::vector<AddressRange> ParseSkipList(const std::string& key, Family family,
                                        const RawValue& raw,
                                        Complaints* complaints,
                                        Schema schema = Schema::kGroupring);

// One entry of a skip list. By razor's rules that of an IPv6 address, or of a
// prefix longer than /64, stands for the whole /64, and bits after a prefix
// count for nothing.
std::optional<AddressRange> ParseSkipped(Family family, std::string_view text,
                                         Schema schema);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_MEMBERS_H_
