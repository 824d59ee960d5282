// How busy groups are, as Redis says.
#ifndef GROUPRING_REDIS_ADMIN_LOAD_RECORDS_H_
#define GROUPRING_REDIS_ADMIN_LOAD_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/model/group_load.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// `groupring:load:<group>` of each of these. A value that makes no sense is a
// complaint and harms no other.
absl::StatusOr<GroupLoads> ReadLoads(const std::vector<std::string>& groups,
                                     Connection* connection,
                                     Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_LOAD_RECORDS_H_
