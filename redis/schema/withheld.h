// `<group>:DISABLED`: address → why, by whom and until when it is not answered.
#ifndef GROUPRING_REDIS_SCHEMA_WITHHELD_H_
#define GROUPRING_REDIS_SCHEMA_WITHHELD_H_

#include <array>
#include <memory>
#include <string>

#include "redis/model/address.h"
#include "redis/model/withheld.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Null for a family of which no address is withheld.
using WithheldByFamily =
    std::array<std::shared_ptr<const WithheldAddresses>, kFamilies>;

// Whether the contents are equal, even if the objects differ.
bool SameWithheld(const WithheldByFamily& a, const WithheldByFamily& b);

// The value of the field: "until=1767232800 since=1767225600 by=ana@ns1
// reason=the disk is broken".
std::string WithheldValue(const WithheldAddress& address);

// `before` is what is in force. It stays in force if `raw` could not be read. A
// field that is no address is left out. An address whose value makes no sense
// is still withheld, until the time in force for it, or forever.
WithheldByFamily ParseWithheld(const std::string& key, const RawValue& raw,
                               const WithheldByFamily& before,
                               Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_WITHHELD_H_
