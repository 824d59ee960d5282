// A connection between two servers.
#ifndef GROUPRING_BACKEND_TRANSPORT_OPEN_CONNECTION_H_
#define GROUPRING_BACKEND_TRANSPORT_OPEN_CONNECTION_H_

#include <string>

#include "backend/protocol/stream_session.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// A connection that nobody serves at the moment: what another server needs to
// go on with it as if nothing had happened.
struct OpenConnection {
  FileDescriptor fd;
  Protocol protocol = Protocol::kRemoteJson;
  SessionState session;
  std::string unsent;   // answers that the peer has not taken yet
  bool ending = false;  // closes once they are written
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_OPEN_CONNECTION_H_
