// How the addresses of one group are checked, read at once.
#ifndef GROUPRING_REDIS_ADMIN_CHECK_READ_H_
#define GROUPRING_REDIS_ADMIN_CHECK_READ_H_

#include <string>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/model/check.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// What `groupring:check` and `<group>:CHECK` say together. Complaints name
// what makes no sense, or could not be read, and what stands in. A status:
// Redis did not answer.
absl::StatusOr<CheckSettings> ReadCheck(const std::string& group,
                                        Connection* connection,
                                        Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_CHECK_READ_H_
