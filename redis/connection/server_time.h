// What time it is for a Redis server.
#ifndef GROUPRING_REDIS_CONNECTION_SERVER_TIME_H_
#define GROUPRING_REDIS_CONNECTION_SERVER_TIME_H_

#include "absl/status/status.h"
#include "redis/base/redis_clock.h"
#include "redis/connection/connection.h"

namespace groupring::redis {

// Asks with TIME and passes the answer to `clock`, which also measures how long
// the answer took. kPermissionDenied when the user may not use TIME: the
// connection stays usable then, as opposed to other failures.
absl::Status AskTime(TimeSource source, Connection* connection,
                     RedisClock* clock);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_SERVER_TIME_H_
