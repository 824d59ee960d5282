// `groupring:verdicts:<checker>:<group>`: address → what the checker says of
// it, and back.
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

// Sorted by address. Words that are not known are passed over: a later checker
// may say more. `before` is what was in force, or null. It stands in where the
// key could not be read, and for a field that makes no sense; without it such a
// field is left out.
Verdicts ParseVerdicts(const std::string& key, const RawValue& raw,
                       const Verdicts* before, Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_VERDICT_H_
