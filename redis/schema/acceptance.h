// `groupring:accepted` as it stands in Redis.
#ifndef GROUPRING_REDIS_SCHEMA_ACCEPTANCE_H_
#define GROUPRING_REDIS_SCHEMA_ACCEPTANCE_H_

#include <string>
#include <vector>

#include "redis/model/acceptance.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// None, with a complaint, when `time` or `names` is missing or malformed: half
// an acceptance accepts nothing.
Acceptance ParseAcceptance(const RawValue& raw, Complaints* complaints);

// The words of the Redis command that writes it.
std::vector<std::string> AcceptanceCommand(const Acceptance& acceptance);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_ACCEPTANCE_H_
