// Finds out what a Redis is, and what our user may do there.
#ifndef GROUPRING_BACKEND_DOCTOR_REDIS_PROBE_H_
#define GROUPRING_BACKEND_DOCTOR_REDIS_PROBE_H_

#include "absl/status/statusor.h"
#include "backend/doctor/redis_facts.h"
#include "redis/connection/connection.h"

namespace groupring::backend {

// Runs each command that groupring needs once, on a key that does not exist:
// nothing is changed. An error is one of the connection.
absl::StatusOr<RedisFacts> ProbeRedis(redis::Connection* connection);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_REDIS_PROBE_H_
