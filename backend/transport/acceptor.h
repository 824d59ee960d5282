// Accepts connections, also when no file descriptor is left for them.
#ifndef GROUPRING_BACKEND_TRANSPORT_ACCEPTOR_H_
#define GROUPRING_BACKEND_TRANSPORT_ACCEPTOR_H_

#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// Without descriptors, a connection would stay in the backlog: its peer would
// wait, and the listening socket stay ready in vain. So one descriptor is held
// back, takes the connection, and closes it at once. Not thread-safe.
class Acceptor {
 public:
  enum class Outcome {
    kAccepted,
    kNobody,         // no connection waits (any longer)
    kNoDescriptors,  // one was closed
  };

  Acceptor();

  // `listener` is non-blocking; so is the connection. Closed on exec.
  Outcome Accept(int listener, FileDescriptor* connection);

 private:
  FileDescriptor spare_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_ACCEPTOR_H_
