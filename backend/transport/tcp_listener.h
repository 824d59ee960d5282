// A TCP socket that waits for connections.
#ifndef GROUPRING_BACKEND_TRANSPORT_TCP_LISTENER_H_
#define GROUPRING_BACKEND_TRANSPORT_TCP_LISTENER_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// Movable. Non-blocking, closed on exec.
class TcpListener {
 public:
  // `endpoint` is "ADDRESS:PORT" or "[ADDRESS]:PORT", where "localhost" stands
  // for 127.0.0.1. Port 0 is any free one. kInvalidArgument: it is nothing of
  // the kind, or no address of this machine. kAlreadyExists: taken.
  static absl::StatusOr<TcpListener> Open(std::string_view endpoint);

  // Takes over a socket that is listening already. kInvalidArgument: it is no
  // such socket.
  static absl::StatusOr<TcpListener> Adopt(FileDescriptor fd);

  // Whether it is what Open would listen on. Port 0 is any.
  bool IsAt(std::string_view endpoint) const;

  int fd() const { return fd_.get(); }
  // As asked for, but with the port that it got.
  const std::string& endpoint() const { return endpoint_; }
  int port() const { return port_; }

 private:
  TcpListener(FileDescriptor fd, std::string endpoint, int port)
      : fd_(std::move(fd)), endpoint_(std::move(endpoint)), port_(port) {}

  FileDescriptor fd_;
  std::string endpoint_;
  int port_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_TCP_LISTENER_H_
