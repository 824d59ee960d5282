// A socket that waits for connections.
#ifndef GROUPRING_BACKEND_TRANSPORT_LISTENING_SOCKET_H_
#define GROUPRING_BACKEND_TRANSPORT_LISTENING_SOCKET_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

enum class ListenerKind {
  kUnix,
  kUnixPackets,  // SOCK_SEQPACKET
  kTcp,
};

struct ListenerOptions {
  ListenerKind kind = ListenerKind::kUnix;
  // The path of a unix socket. Of TCP, "ADDRESS:PORT" or "[ADDRESS]:PORT",
  // where "localhost" stands for 127.0.0.1 and port 0 is any free one.
  std::string address;

  // The rest is for unix sockets. Who may connect besides our own user; empty:
  // our own group. PowerDNS must be in it, as the mode is 0660.
  std::string group;
  mode_t mode = 0660;
  // PowerDNS connects without a deadline: room for all of its threads at once.
  static constexpr int kBacklog = 1024;
  int backlog = kBacklog;
};

// Movable. Non-blocking, closed on exec. The file of a unix socket that it owns
// is removed with it unless another socket has taken its place.
class ListeningSocket {
 public:
  // Replaces the socket file of a process that has ended. kAlreadyExists:
  // another process accepts connections there, or the file is no socket.
  // kNotFound: no such folder or group. kInvalidArgument: the path does not
  // fit, or it is no endpoint or no address of this machine.
  // kPermissionDenied: the folder or the group is not ours.
  static absl::StatusOr<ListeningSocket> Open(const ListenerOptions& options);

  // Takes over a socket that is listening already and does not own its file.
  // kInvalidArgument: it is no such socket of one of the kinds.
  static absl::StatusOr<ListeningSocket> Adopt(FileDescriptor fd);

  // Whether it is what Open would listen on.
  bool IsAt(const ListenerOptions& options) const;

  // LeaveFile: another process uses the socket and owns its file from now on.
  // TakeOver: this process owns the file, and peers see it as the owner
  // (SO_PEERCRED).
  void LeaveFile();
  void TakeOver();
  bool owns_file() const { return file_ != nullptr; }

  // Whether somebody removed the file of the unix socket, or put another one in
  // its place, so that nobody can connect. Call it only while this process owns
  // the file, or nobody else may change it.
  bool FileIsLost() const;

  // Listens on a new socket, with a new file, under the descriptor of this one.
  // Connections that wait here are closed. Errors are those of Open; then
  // nothing has changed. REQUIRES: no epoll instance knows the descriptor.
  absl::Status Reopen(const ListenerOptions& options);

  // Gives the file of a unix socket the group and the mode of `options`. Errors
  // are those of Open.
  absl::Status SetAccess(const ListenerOptions& options) const;

  ListeningSocket(ListeningSocket&&) noexcept;
  ListeningSocket& operator=(ListeningSocket&&) noexcept;
  ~ListeningSocket();

  int fd() const { return fd_.get(); }
  ListenerKind kind() const { return kind_; }
  // The path, or address and port, the port that it got.
  const std::string& name() const { return name_; }

 private:
  class File;

  ListeningSocket(FileDescriptor fd, ListenerKind kind, std::string name);
  static absl::StatusOr<ListeningSocket> OpenUnix(
      const ListenerOptions& options);
  static absl::StatusOr<ListeningSocket> OpenTcp(const std::string& endpoint);

  FileDescriptor fd_;
  ListenerKind kind_;
  std::string name_;
  std::unique_ptr<File> file_;  // nullptr: it owns none
};

// Accepts connections, even when the process has no file descriptor left.
// Otherwise they would stay in the backlog, and the listening socket would stay
// ready. So one descriptor is held back for this case. Not thread-safe.
class Acceptor {
 public:
  enum class Outcome {
    kAccepted,
    kNobody,  // no connection waits (any longer)
    // The connection, if it is valid, has the descriptor that was held back. It
    // is to be closed before the next call.
    kNoDescriptors,
  };

  Acceptor();

  // `listener` is a listening socket. The connection is non-blocking and closed
  // on exec.
  Outcome Accept(int listener, FileDescriptor* connection);

 private:
  FileDescriptor spare_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_LISTENING_SOCKET_H_
