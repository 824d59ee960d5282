// Reads how the addresses of one group are checked.
#ifndef GROUPRING_REDIS_ADMIN_CHECK_READ_H_
#define GROUPRING_REDIS_ADMIN_CHECK_READ_H_

#include <string>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/model/check.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// The settings that `groupring:check` and `<group>:CHECK` give together.
// Complaints name what makes no sense or could not be read, and what is used
// instead. An error means that Redis did not answer.
absl::StatusOr<CheckSettings> ReadCheck(const std::string& group,
                                        Connection* connection,
                                        Complaints* complaints);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_CHECK_READ_H_
