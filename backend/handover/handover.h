// What one serving process hands over to the next: its sockets, and where each
// conversation stands.
#ifndef GROUPRING_BACKEND_HANDOVER_HANDOVER_H_
#define GROUPRING_BACKEND_HANDOVER_HANDOVER_H_

#include <string>

#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// What a listening socket, or a connection that came in by it, belongs to: a
// setting of [listen].
inline constexpr char kRemoteUnix[] = "remote_unix";
inline constexpr char kPipeUnix[] = "pipe_unix";
inline constexpr char kHttp[] = "http";
inline constexpr char kControl[] = "control";

struct HandedListener {
  std::string setting;  // or another name: then its address says what it is for
  FileDescriptor fd;
  // Opened by groupring; else somebody else's, as the service manager's, who
  // also has the care of its file.
  bool ours = true;
};

struct HandedConnection {
  std::string setting;
  FileDescriptor fd;
  std::string unread;  // received, not yet answered
  std::string unsent;  // answers that the peer has not taken yet
  int pipe_abi_version = 0;
  bool ending = false;  // closes once `unsent` is written
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_HANDOVER_H_
