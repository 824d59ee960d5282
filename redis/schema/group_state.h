// `<group>:STATE`.
#ifndef GROUPRING_REDIS_SCHEMA_GROUP_STATE_H_
#define GROUPRING_REDIS_SCHEMA_GROUP_STATE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "redis/model/dataset.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// What a time and a duration may be at most: the end of the year 9999 (which
// refuses times in milliseconds), a hundred years.
inline constexpr int64_t kMaxUnixSeconds = 253'402'300'799;
inline constexpr int64_t kMaxDurationSeconds = 100LL * 366 * 24 * 3600;

// The fields that the state is written with, and their values.
std::vector<std::pair<std::string_view, std::string>> FieldsOf(
    const GroupState& state);

// `before` is the state in force, or null. It stays where `raw` could not be
// read, or where its `state` makes no sense. Where the other fields make no
// sense, those in force stay as long as the state is the same; those of another
// state would say something new together with this one.
GroupState ParseGroupState(const std::string& key, const RawValue& raw,
                           const GroupState* before, Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_GROUP_STATE_H_
