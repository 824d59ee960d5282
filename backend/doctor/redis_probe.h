// Asks the servers of Redis what CheckRedis and CheckSentinels judge.
#ifndef GROUPRING_BACKEND_DOCTOR_REDIS_PROBE_H_
#define GROUPRING_BACKEND_DOCTOR_REDIS_PROBE_H_

#include "absl/status/statusor.h"
#include "backend/doctor/redis_checks.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"
#include "redis/model/dataset.h"
#include "redis/schema/name_condenser.h"

namespace groupring::backend {

// Runs each command that groupring needs once, on a key that does not exist, so
// nothing is changed. An error: the connection failed.
absl::StatusOr<RedisFacts> ProbeRedis(redis::Connection* connection);

// What KeyChecks finds among the keys of the database, of which it looks at two
// million. `dataset` and `alike` as for KeyChecks. A failing connection becomes
// a finding as well.
Diagnostics ProbeKeys(redis::Connection* connection,
                      const redis::Dataset& dataset,
                      const redis::AlikeNames& alike);

// Asks every sentinel of the location and every server that they know, without
// changing anything. REQUIRES: the location has sentinels.
Diagnostics ProbeSentinels(const redis::Location& location,
                           const redis::ConnectionTimeouts& timeouts);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_REDIS_PROBE_H_
