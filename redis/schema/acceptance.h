// `groupring:accepted` as it is in Redis.
#ifndef GROUPRING_REDIS_SCHEMA_ACCEPTANCE_H_
#define GROUPRING_REDIS_SCHEMA_ACCEPTANCE_H_

#include <string>
#include <vector>

#include "redis/model/acceptance.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Returns no acceptance (unix_millis is 0), with a complaint, when `time` or
// `names` is missing or malformed.
Acceptance ParseAcceptance(const RawValue& raw, Complaints* complaints);

// The Redis command that writes the acceptance, word by word.
std::vector<std::string> AcceptanceCommand(const Acceptance& acceptance);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_ACCEPTANCE_H_
