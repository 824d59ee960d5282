// `groupring:traffic` and `groupring:traffic:<name>:<instance>`: what nodes
// have counted. redis/README.md defines the format.
#ifndef GROUPRING_REDIS_SCHEMA_TRAFFIC_H_
#define GROUPRING_REDIS_SCHEMA_TRAFFIC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "redis/model/node_status.h"
#include "redis/model/traffic.h"

namespace groupring::redis {

// Sorted set: the keys below without their prefix, by the time (unix
// milliseconds) at which they were written.
inline constexpr std::string_view kTrafficKey = "groupring:traffic";

// Hash of one process, which expires: this and `<name>:<instance>`.
inline constexpr std::string_view kTrafficKeyPrefix = "groupring:traffic:";
// Its field.
inline constexpr std::string_view kTrafficField = "profile";

// So many processes at most are listed: those that wrote last.
inline constexpr size_t kMostProfiles = 64;
// As long as a profile stays after its last change. What was counted then is an
// eighth of what it was.
inline constexpr int64_t kProfileMillis = int64_t{2} * 24 * 3600 * 1000;

// The value of the field. Counts are rounded to a sixteenth of a question, and
// slots without one left out.
std::string EncodeProfile(const TrafficProfile& profile);

// kInvalidArgument: what is wrong with the value.
absl::StatusOr<TrafficProfile> DecodeProfile(std::string_view value);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_TRAFFIC_H_
