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

// Reads one item of PROBES: "ftps:2121", "https:8443/health", "heartbeat".
// kInvalidArgument: "is no probe: …"; the caller puts the quoted text before.
absl::StatusOr<ProbeSpec> ParseProbe(std::string_view text);
// The shortest text that ParseProbe reads as this probe.
std::string ToText(const ProbeSpec& probe);

// Sets the field. kInvalidArgument: the value makes no sense, and nothing is
// changed; the message says what was expected ("is no number of seconds (a
// whole number from 1 to 3600)"), and the caller puts the quoted value before.
absl::Status SetCheckField(CheckField field, std::string_view value,
                           CheckSettings* settings);

// The value as it is written to Redis and as SetCheckField reads it.
std::string CheckFieldText(CheckField field, const CheckSettings& settings);

// The settings that a hash gives. Fields that it lacks come from `inherited`:
// for `groupring:check` the built-in defaults, for `<group>:CHECK` what
// `groupring:check` holds. `before` is what was in force, or null. It is used,
// or `inherited` if it is null, when the key could not be read, and for each
// field that makes no sense. PASSIVE is off without a LOGIN, which may be
// inherited.
CheckSettings ParseCheck(const std::string& key, const RawValue& raw,
                         const CheckSettings& inherited,
                         const CheckSettings* before, Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_CHECK_H_
