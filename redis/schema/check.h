// `groupring:check` and `<group>:CHECK`: fields as texts, and back.
#ifndef GROUPRING_REDIS_SCHEMA_CHECK_H_
#define GROUPRING_REDIS_SCHEMA_CHECK_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/model/check.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// "ftps:2121", "https:8443/health", "heartbeat": one of PROBES.
// kInvalidArgument: "is no probe: …", to follow the text that was meant.
absl::StatusOr<ProbeSpec> ParseProbe(std::string_view text);
// The shortest text that is read as this probe.
std::string ToText(const ProbeSpec& probe);

// Puts the value into the settings. kInvalidArgument: it makes no sense and
// nothing is changed; the message says what was expected ("is no number of
// seconds (a whole number from 1 to 3600)"), and follows the quoted value.
absl::Status SetCheckField(CheckField field, std::string_view value,
                           CheckSettings* settings);

// The value as it would stand in Redis; SetCheckField reads it.
std::string CheckFieldText(CheckField field, const CheckSettings& settings);

// The settings by a hash. Fields that it has not are those of `inherited`: the
// built-in defaults for `groupring:check`, and what that key holds for
// `<group>:CHECK`. `before` is what was in force, or null. It stands in, or
// else `inherited` does, where the key could not be read, and field by field
// where one makes no sense. PASSIVE needs a LOGIN, of this hash or inherited:
// without one it is off.
CheckSettings ParseCheck(const std::string& key, const RawValue& raw,
                         const CheckSettings& inherited,
                         const CheckSettings* before, Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_CHECK_H_
