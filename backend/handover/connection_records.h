// Where conversations stand, as text: what goes along with their sockets.
// README.md beside this file is its page. No I/O.
#ifndef GROUPRING_BACKEND_HANDOVER_CONNECTION_RECORDS_H_
#define GROUPRING_BACKEND_HANDOVER_CONNECTION_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace groupring::backend {

// A connection without its descriptor.
struct ConnectionRecord {
  // The kernel's number of the socket, the same in every process.
  uint64_t cookie = 0;
  std::string setting;
  int pipe_abi_version = 0;
  bool ending = false;
  std::string unread;
  std::string unsent;
  bool operator==(const ConnectionRecord&) const = default;
};

inline constexpr int kConnectionsFormat = 1;

std::string EncodeConnections(const std::vector<ConnectionRecord>& records);

// kUnimplemented: of a later format. kInvalidArgument: anything else that was
// not encoded by EncodeConnections.
absl::StatusOr<std::vector<ConnectionRecord>> DecodeConnections(
    std::string_view text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_CONNECTION_RECORDS_H_
