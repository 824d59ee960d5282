// Asks a Redis server for its time.
#ifndef GROUPRING_REDIS_CONNECTION_SERVER_TIME_H_
#define GROUPRING_REDIS_CONNECTION_SERVER_TIME_H_

#include "absl/status/status.h"
#include "redis/base/redis_clock.h"
#include "redis/connection/connection.h"

namespace groupring::redis {

// Sends TIME and passes the reply to `clock`, which also measures how long the
// reply took. Fails with the codes of error_reply.h, among them
// kPermissionDenied for a missing right, and if the connection is lost.
absl::Status AskTime(TimeSource source, Connection* connection,
                     RedisClock* clock);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_SERVER_TIME_H_
