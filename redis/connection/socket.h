// A connected stream socket, made within a deadline.
#ifndef GROUPRING_REDIS_CONNECTION_SOCKET_H_
#define GROUPRING_REDIS_CONNECTION_SOCKET_H_

#include <chrono>

#include "absl/status/statusor.h"
#include "redis/connection/endpoint.h"

namespace groupring::redis {

using Deadline = std::chrono::steady_clock::time_point;

// A non-blocking, close-on-exec socket that the caller owns. Also bounds the
// look-up of a host name. kUnavailable or kDeadlineExceeded.
absl::StatusOr<int> ConnectSocket(const Endpoint& endpoint, Deadline deadline);

// Waits until the socket is ready for `events` (of poll). kDeadlineExceeded
// without a message when it does not get so in time.
absl::Status WaitFor(int fd, short events, Deadline deadline);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_SOCKET_H_
