// Connects stream sockets within a deadline.
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

// Both return non-blocking, close-on-exec sockets. They fail with kUnavailable
// or kDeadlineExceeded; the message has the reason only, so the caller adds
// what it connects to.
absl::StatusOr<FileDescriptor> ConnectUnix(const std::string& path,
                                           Deadline deadline);
// Looks the host up and tries its addresses in turn. localhost is not looked
// up. Sets TCP_NODELAY.
absl::StatusOr<FileDescriptor> ConnectTcp(const std::string& host,
                                          uint16_t port, Deadline deadline);

// Whether the host is "localhost" or a name below it. These names always mean
// this host (RFC 6761, 6.3), but a machine without /etc/hosts, such as a
// chroot, would ask a name server for them.
bool IsLocalhost(std::string_view host);

// Waits until the descriptor is ready for `events` (as for poll).
// kDeadlineExceeded, without a message, if it is not ready in time.
absl::Status WaitFor(int fd, short events, Deadline deadline);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_CONNECT_H_
