// `groupring:verdicts:<checker>:<group>`: address → the checker's verdict.
// Reads and writes the values.
#ifndef GROUPRING_REDIS_SCHEMA_VERDICT_H_
#define GROUPRING_REDIS_SCHEMA_VERDICT_H_

#include <string>

#include "redis/model/verdict.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// The value of the field: "down since=1767225600000
// reason=closed_without_greeting text=…", "up since=1767225600000 reason=ok
// after=down flapping cert=31". The text comes last and may have spaces.
std::string VerdictValue(const AddressVerdict& verdict);

// Sorted by address. Unknown words are ignored, because a newer checker may
// write more. `before` is what was in force, or null. It is used if the key
// could not be read, and for each field that makes no sense; such a field is
// left out if `before` does not have it.
Verdicts ParseVerdicts(const std::string& key, const RawValue& raw,
                       const Verdicts* before, Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_VERDICT_H_
