// Connected stream sockets, made within a deadline.
#ifndef GROUPRING_REDIS_BASE_CONNECT_H_
#define GROUPRING_REDIS_BASE_CONNECT_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/file_descriptor.h"

namespace groupring {

using Deadline = std::chrono::steady_clock::time_point;

// Non-blocking, close-on-exec sockets. kUnavailable or kDeadlineExceeded, with
// the reason alone for a message: the caller says what it connects to.
absl::StatusOr<FileDescriptor> ConnectUnix(const std::string& path,
                                           Deadline deadline);
// Looks the host up and tries its addresses in turn. TCP_NODELAY is set.
absl::StatusOr<FileDescriptor> ConnectTcp(const std::string& host,
                                          uint16_t port, Deadline deadline);

// Waits until the descriptor is ready for `events` (of poll). kDeadlineExceeded
// without a message when it does not get so in time.
absl::Status WaitFor(int fd, short events, Deadline deadline);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_CONNECT_H_
