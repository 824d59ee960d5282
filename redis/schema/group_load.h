// `groupring:load:<group>`: how busy a group is. redis/README.md defines it.
#ifndef GROUPRING_REDIS_SCHEMA_GROUP_LOAD_H_
#define GROUPRING_REDIS_SCHEMA_GROUP_LOAD_H_

#include <optional>
#include <string>
#include <string_view>

#include "redis/model/group_load.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// The group's name follows.
inline constexpr std::string_view kLoadKeyPrefix = "groupring:load:";

// Nothing if the key is missing or does not say how many sessions there are. A
// capacity or time that makes no sense counts as not said.
std::optional<GroupLoad> ParseGroupLoad(const std::string& key,
                                        const RawValue& raw,
                                        Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_GROUP_LOAD_H_
