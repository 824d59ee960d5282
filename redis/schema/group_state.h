// `<group>:STATE`.
#ifndef GROUPRING_REDIS_SCHEMA_GROUP_STATE_H_
#define GROUPRING_REDIS_SCHEMA_GROUP_STATE_H_

#include <string>

#include "redis/model/dataset.h"
#include "redis/schema/complaint.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

GroupState ParseGroupState(const std::string& key, const RawValue& raw,
                           Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_GROUP_STATE_H_
