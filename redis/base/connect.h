// Connected stream sockets, made within a deadline.
#ifndef GROUPRING_REDIS_BASE_CONNECT_H_
#define GROUPRING_REDIS_BASE_CONNECT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/file_descriptor.h"

namespace groupring {

using Deadline = std::chrono::steady_clock::time_point;

// Non-blocking, close-on-exec sockets. kUnavailable or kDeadlineExceeded, with
// the reason alone for a message: the caller says what it connects to.
absl::StatusOr<FileDescriptor> ConnectUnix(const std::string& path,
                                           Deadline deadline);
// Looks the host up and tries its addresses in turn. Names of this host are not
// looked up. TCP_NODELAY is set.
absl::StatusOr<FileDescriptor> ConnectTcp(const std::string& host,
                                          uint16_t port, Deadline deadline);

// Whether the host is "localhost" or below it: names that are always this host
// (RFC 6761, 6.3), although a machine without /etc/hosts, as a chroot can be,
// asks a name server for them.
bool IsLocalhost(std::string_view host);

// Waits until the descriptor is ready for `events` (of poll). kDeadlineExceeded
// without a message when it does not get so in time.
absl::Status WaitFor(int fd, short events, Deadline deadline);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_CONNECT_H_
