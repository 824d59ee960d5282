// Asks the servers of Redis what CheckRedis and CheckSentinels judge.
#ifndef GROUPRING_BACKEND_DOCTOR_REDIS_PROBE_H_
#define GROUPRING_BACKEND_DOCTOR_REDIS_PROBE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/doctor/redis_checks.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"

namespace groupring::backend {

// Runs each command that groupring needs once, on a key that does not exist, so
// nothing is changed. An error: the connection failed.
absl::StatusOr<RedisFacts> ProbeRedis(redis::Connection* connection);

// Calls `see` with every key of the database, and ends early once it was called
// `limit` times or a few more. Some keys may be passed twice; keys that are
// added or removed meanwhile may be missed. `see` may not use the connection.
// Returns the number of calls. An error: the connection failed, or Redis
// refused.
absl::StatusOr<size_t> WalkKeys(
    redis::Connection* connection, size_t limit,
    const std::function<void(std::string_view)>& see);

// The fields of a hash. An error: the connection failed, or Redis refused.
absl::StatusOr<std::vector<std::string>> FieldsOf(redis::Connection* connection,
                                                  const std::string& key);

// Asks every sentinel of the location and every server that they know, without
// changing anything. REQUIRES: the location has sentinels.
Diagnostics ProbeSentinels(const redis::Location& location,
                           const redis::ConnectionTimeouts& timeouts);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_REDIS_PROBE_H_
