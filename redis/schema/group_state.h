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

// Upper limits: the end of the year 9999, so that times in milliseconds are
// refused, and a hundred years.
inline constexpr int64_t kMaxUnixSeconds = 253'402'300'799;
inline constexpr int64_t kMaxDurationSeconds = 100LL * 366 * 24 * 3600;

// The fields and values to write for the state.
std::vector<std::pair<std::string_view, std::string>> FieldsOf(
    const GroupState& state);

// `before` is the state in force, or null. It stays in force if `raw` could not
// be read or its `state` makes no sense. If another field makes no sense, its
// value in force stays only if the state is the same: combined with another
// state it would mean something that nobody wrote.
GroupState ParseGroupState(const std::string& key, const RawValue& raw,
                           const GroupState* before, Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_GROUP_STATE_H_
