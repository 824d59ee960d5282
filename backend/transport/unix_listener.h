// A unix socket in the file system that waits for connections.
#ifndef GROUPRING_BACKEND_TRANSPORT_UNIX_LISTENER_H_
#define GROUPRING_BACKEND_TRANSPORT_UNIX_LISTENER_H_

#include <sys/socket.h>
#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

struct UnixListenerOptions {
  std::string path;
  // Who may connect besides our own user; empty: our own group. PowerDNS must
  // be in it, as the mode is 0660.
  std::string group;
  mode_t mode = 0660;
  // PowerDNS connects without a deadline: room for all of its threads at once.
  static constexpr int kBacklog = 1024;
  int backlog = kBacklog;
  int type = SOCK_STREAM;
};

// Movable. Its file is removed with it unless another socket has taken its
// place. Non-blocking, closed on exec.
class UnixListener {
 public:
  // Replaces the socket file of a process that is no more. kAlreadyExists:
  // another process accepts connections there, or the file is no socket.
  // kNotFound: no such folder or group. kInvalidArgument: the path does not
  // fit. kPermissionDenied: the folder, or the group, is not ours.
  static absl::StatusOr<UnixListener> Open(const UnixListenerOptions& options);

  // Takes over a socket that is listening already; its file stays as it is,
  // and stays when the listener goes. kInvalidArgument: it is no such socket.
  static absl::StatusOr<UnixListener> Adopt(FileDescriptor fd,
                                            int type = SOCK_STREAM);

  // What becomes of its file when the listener goes: another process uses the
  // socket and has the care of it; or that care is ours from now on, and those
  // who connect are told of this process (SO_PEERCRED).
  void LeaveFile() { owns_file_ = false; }
  void TakeOver();
  bool owns_file() const { return owns_file_; }

  // Gives the file to the group that `options` name, and its mode. As of Open.
  absl::Status SetAccess(const UnixListenerOptions& options);

  UnixListener(UnixListener&& other) noexcept;
  UnixListener& operator=(UnixListener&& other) noexcept;
  ~UnixListener();

  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }  // for logs

 private:
  UnixListener(FileDescriptor fd, std::string path);
  void OwnFile();
  void RemoveFile();

  FileDescriptor fd_;
  std::string path_;
  bool owns_file_ = false;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_UNIX_LISTENER_H_
