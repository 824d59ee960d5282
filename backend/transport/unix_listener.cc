#include "backend/transport/unix_listener.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

absl::StatusOr<sockaddr_un> AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path) ||
      path.find('\0') != path.npos) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is no path of 1 to %d bytes", path,
                        sizeof(address.sun_path) - 1));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* Generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

FileDescriptor NewSocket(int type) {
  return FileDescriptor(
      socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

// Makes room for a new socket at the path.
absl::Status RemoveStaleSocket(const std::string& path, int type,
                               const sockaddr_un& address) {
  struct stat file;
  if (lstat(path.c_str(), &file) != 0) {
    return errno == ENOENT ? absl::OkStatus() : ErrnoStatus(errno, path);
  }
  if (!S_ISSOCK(file.st_mode)) {
    return absl::AlreadyExistsError(
        absl::StrFormat("%s exists and is no socket", path));
  }
  const FileDescriptor probe = NewSocket(type);
  if (!probe.valid()) return ErrnoStatus(errno, "socket");
  if (connect(probe.get(), Generic(address), sizeof(address)) == 0 ||
      errno == EAGAIN) {  // EAGAIN: alive, with a full backlog
    return absl::AlreadyExistsError(
        absl::StrFormat("another process accepts connections on %s", path));
  }
  if (errno == ENOENT) return absl::OkStatus();
  if (errno != ECONNREFUSED) return ErrnoStatus(errno, path);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    return ErrnoStatus(errno, absl::StrFormat("removing stale %s", path));
  }
  return absl::OkStatus();
}

absl::StatusOr<gid_t> GroupId(const std::string& name) {
  std::vector<char> buffer(4096);
  struct group entry;
  struct group* found = nullptr;
  int error = 0;
  while ((error = getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(),
                             &found)) == ERANGE) {
    buffer.resize(buffer.size() * 2);
  }
  if (found != nullptr) return found->gr_gid;
  return error == 0
             ? absl::NotFoundError(absl::StrFormat("no group '%s'", name))
             : ErrnoStatus(error, absl::StrFormat("group '%s'", name));
}

absl::Status GiveAccess(const UnixListenerOptions& options) {
  if (!options.group.empty()) {
    const absl::StatusOr<gid_t> group = GroupId(options.group);
    if (!group.ok()) return group.status();
    if (chown(options.path.c_str(), static_cast<uid_t>(-1), *group) != 0) {
      return ErrnoStatus(errno, absl::StrFormat("giving %s to group '%s'",
                                                options.path, options.group));
    }
  }
  if (chmod(options.path.c_str(), options.mode) != 0) {
    return ErrnoStatus(errno, options.path);
  }
  return absl::OkStatus();
}

std::optional<int> SocketOption(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (getsockopt(fd, SOL_SOCKET, name, &value, &size) != 0) return {};
  return value;
}

}  // namespace

absl::StatusOr<UnixListener> UnixListener::Open(
    const UnixListenerOptions& options) {
  const absl::StatusOr<sockaddr_un> address = AddressOf(options.path);
  if (!address.ok()) return address.status();
  absl::Status status = RemoveStaleSocket(options.path, options.type, *address);
  if (!status.ok()) return status;

  FileDescriptor fd = NewSocket(options.type);
  if (!fd.valid()) return ErrnoStatus(errno, "socket");
  // The file gets this mode (less the umask) at once: there is no moment at
  // which anybody else could connect.
  if (fchmod(fd.get(), options.mode) != 0 ||
      bind(fd.get(), Generic(*address), sizeof(*address)) != 0) {
    return ErrnoStatus(errno, options.path);
  }
  UnixListener listener(std::move(fd), options.path);
  listener.OwnFile();
  if (!listener.owns_file_) return ErrnoStatus(errno, options.path);
  if (status = GiveAccess(options); !status.ok()) return status;
  if (listen(listener.fd(), options.backlog) != 0) {
    return ErrnoStatus(errno, options.path);
  }
  return listener;
}

absl::StatusOr<UnixListener> UnixListener::Adopt(FileDescriptor fd, int type) {
  if (SocketOption(fd.get(), SO_DOMAIN) != AF_UNIX ||
      SocketOption(fd.get(), SO_TYPE) != type ||
      SocketOption(fd.get(), SO_ACCEPTCONN) != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "descriptor %d is no listening unix socket of the type wanted",
        fd.get()));
  }
  if (fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK) != 0 ||
      fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return ErrnoStatus(errno, "fcntl");
  }
  sockaddr_un address{};
  socklen_t size = sizeof(address) - 1;  // leaves a NUL behind the path
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) !=
      0) {
    return ErrnoStatus(errno, "getsockname");
  }
  return UnixListener(std::move(fd), address.sun_path);
}

void UnixListener::OwnFile() {
  struct stat file;
  if (lstat(path_.c_str(), &file) != 0 || !S_ISSOCK(file.st_mode)) return;
  owns_file_ = true;
  device_ = file.st_dev;
  inode_ = file.st_ino;
}

void UnixListener::TakeOver() {
  OwnFile();
  // Linux tells peers of the process that called it last.
  listen(fd_.get(), UnixListenerOptions::kBacklog);
}

absl::Status UnixListener::SetAccess(const UnixListenerOptions& options) {
  return GiveAccess(options);
}

UnixListener::UnixListener(FileDescriptor fd, std::string path)
    : fd_(std::move(fd)), path_(std::move(path)) {}

UnixListener::UnixListener(UnixListener&& other) noexcept
    : fd_(std::move(other.fd_)),
      path_(std::move(other.path_)),
      owns_file_(std::exchange(other.owns_file_, false)),
      device_(other.device_),
      inode_(other.inode_) {}

UnixListener& UnixListener::operator=(UnixListener&& other) noexcept {
  if (this == &other) return *this;
  RemoveFile();
  fd_ = std::move(other.fd_);
  path_ = std::move(other.path_);
  owns_file_ = std::exchange(other.owns_file_, false);
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

UnixListener::~UnixListener() { RemoveFile(); }

void UnixListener::RemoveFile() {
  if (!std::exchange(owns_file_, false)) return;
  struct stat file;
  if (lstat(path_.c_str(), &file) == 0 && file.st_dev == device_ &&
      file.st_ino == inode_) {
    unlink(path_.c_str());
  }
}

}  // namespace groupring::backend
