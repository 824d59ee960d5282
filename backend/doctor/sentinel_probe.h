// Asks every sentinel, and every server that they tell of.
#ifndef GROUPRING_BACKEND_DOCTOR_SENTINEL_PROBE_H_
#define GROUPRING_BACKEND_DOCTOR_SENTINEL_PROBE_H_

#include "redis/base/diagnostic.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"

namespace groupring::backend {

// REQUIRES: the location has sentinels. Reads only.
Diagnostics ProbeSentinels(const redis::Location& location,
                           const redis::ConnectionTimeouts& timeouts);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_SENTINEL_PROBE_H_
