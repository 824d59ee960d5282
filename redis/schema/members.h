// Sets of addresses: `<name or group>:A`, `:AAAA`, and the skip lists.
#ifndef GROUPRING_REDIS_SCHEMA_MEMBERS_H_
#define GROUPRING_REDIS_SCHEMA_MEMBERS_H_

#include <string>
#include <vector>

#include "redis/model/address.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Members that are no address or range of the family, or one that no client
// can connect to, are left out. Of a value that could not be read there are
// none: the caller goes on with what he had.
std::vector<AddressRange> ParseMembers(const std::string& key, Family family,
                                       const RawValue& raw,
                                       Complaints* complaints);

// The same for a skip list, which may name any address.
std::vector<AddressRange> ParseSkipList(const std::string& key, Family family,
                                        const RawValue& raw,
                                        Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_MEMBERS_H_
