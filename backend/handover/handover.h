// What one serving process hands over to the next: its sockets, and where each
// conversation stands.
#ifndef GROUPRING_BACKEND_HANDOVER_HANDOVER_H_
#define GROUPRING_BACKEND_HANDOVER_HANDOVER_H_

#include <string>

#include "backend/protocol/stream_session.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// The setting of [listen] that a listening socket, and each connection accepted
// from it, belongs to.
inline constexpr char kRemoteUnix[] = "remote_unix";
inline constexpr char kPipeUnix[] = "pipe_unix";
inline constexpr char kHttp[] = "http";
inline constexpr char kPages[] = "pages";
inline constexpr char kControl[] = "control";

// The setting of the socket that accepts connections of the protocol.
inline const char* SettingOf(Protocol protocol) {
  if (protocol == Protocol::kHttp) return kHttp;
  if (protocol == Protocol::kPages) return kPages;
  return protocol == Protocol::kPipeAbi ? kPipeUnix : kRemoteUnix;
}

struct HandedListener {
  std::string setting;  // or another name: then its address says what it is for
  FileDescriptor fd;
  // Opened by groupring, which also removes its file. False: opened by another
  // process, such as the service manager, which owns the file.
  bool ours = true;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_HANDOVER_H_
