// Entries of the stream `groupring:health:log`, which checkers write.
#ifndef GROUPRING_REDIS_ADMIN_HEALTH_LOG_H_
#define GROUPRING_REDIS_ADMIN_HEALTH_LOG_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/model/health_event.h"

namespace groupring::redis {

// The newest entries, in the order in which they were written.
absl::StatusOr<std::vector<HealthEvent>> ReadHealthLog(size_t count,
                                                       Connection* connection);

// The entries after `id`; waits for one at most for `wait`.
absl::StatusOr<std::vector<HealthEvent>> WaitForHealthLog(
    const std::string& id, std::chrono::milliseconds wait,
    Connection* connection);

// Removes a checker that no longer runs, with its verdicts. kNotFound: there is
// none. kFailedPrecondition: it still reports. `unix_millis` is Redis' time.
absl::Status ForgetChecker(const std::string& id, int64_t unix_millis,
                           Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_HEALTH_LOG_H_
