#include "backend/transport/listening_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"
#include "redis/base/host_port.h"

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

FileDescriptor NewSocket(int domain, int type) {
  return FileDescriptor(socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

int TypeOf(ListenerKind kind) {
  return kind == ListenerKind::kUnixPackets ? SOCK_SEQPACKET : SOCK_STREAM;
}

// What to do where the system's own words leave that open.
absl::Status WithAdvice(int error, const std::string& what,
                        const std::string& advice) {
  const absl::Status status = ErrnoStatus(error, what);
  if (advice.empty()) return status;
  return {status.code(),
          absl::StrFormat("%s; %s", std::string(status.message()), advice)};
}

absl::Status CannotMake(const std::string& path, int error) {
  const std::string folder = path.substr(0, path.rfind('/'));
  std::string advice;
  if (error == ENOENT) {
    advice = absl::StrFormat(
        "make the directory %s, or set it to \"\" where this socket is not "
        "wanted",
        folder);
  } else if (error == EACCES || error == EPERM) {
    advice = absl::StrFormat("this user must be able to write in %s", folder);
  }
  return WithAdvice(error, path, advice);
}

absl::Status CannotListen(const std::string& endpoint, int error) {
  std::string advice;
  if (error == EADDRINUSE) {
    advice = "another process listens there (`ss -ltnp` names it)";
  } else if (error == EADDRNOTAVAIL) {
    advice = "this host does not have the address";
  } else if (error == EACCES) {
    advice = "ports below 1024 need CAP_NET_BIND_SERVICE";
  }
  return WithAdvice(error, endpoint, advice);
}

// Makes room for a new socket at the path.
absl::Status RemoveStaleSocket(const ListenerOptions& options,
                               const sockaddr_un& address) {
  const std::string& path = options.address;
  struct stat file;
  if (lstat(path.c_str(), &file) != 0) {
    return errno == ENOENT ? absl::OkStatus() : ErrnoStatus(errno, path);
  }
  if (!S_ISSOCK(file.st_mode)) {
    return absl::AlreadyExistsError(
        absl::StrFormat("%s exists and is no socket", path));
  }
  const FileDescriptor probe = NewSocket(AF_UNIX, TypeOf(options.kind));
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

std::optional<int> SocketOption(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (getsockopt(fd, SOL_SOCKET, name, &value, &size) != 0) return {};
  return value;
}

// nullopt: no listening socket of these kinds.
std::optional<ListenerKind> KindOf(int fd) {
  const std::optional<int> domain = SocketOption(fd, SO_DOMAIN);
  const std::optional<int> type = SocketOption(fd, SO_TYPE);
  if (SocketOption(fd, SO_ACCEPTCONN) != 1) return std::nullopt;
  if (domain == AF_UNIX && type == SOCK_STREAM) return ListenerKind::kUnix;
  if (domain == AF_UNIX && type == SOCK_SEQPACKET) {
    return ListenerKind::kUnixPackets;
  }
  // The two are different numbers. NOLINTNEXTLINE(misc-redundant-expression)
  if ((domain == AF_INET || domain == AF_INET6) && type == SOCK_STREAM) {
    return ListenerKind::kTcp;
  }
  return std::nullopt;
}

using AddressInfo = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

// nullptr: the text is no endpoint.
AddressInfo Resolve(std::string_view endpoint) {
  AddressInfo none(nullptr, &freeaddrinfo);
  const std::optional<HostPort> parts = SplitHostPort(endpoint);
  if (!parts || !parts->port || !ParsePort(*parts->port)) return none;
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_family = parts->bracketed ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  const std::string host(parts->host == "localhost" ? "127.0.0.1"
                                                    : parts->host);
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::string(*parts->port).c_str(), &hints,
                  &found) != 0) {
    return none;
  }
  return {found, &freeaddrinfo};
}

// "address:port" in numbers; empty: it is no such address.
std::string EndpointOf(const sockaddr* address, socklen_t size) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (getnameinfo(address, size, host, sizeof(host), port, sizeof(port),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return {};
  }
  return FormatHostPort(host, ParsePort(port).value_or(0));
}

absl::StatusOr<std::string> NameOf(int fd, ListenerKind kind) {
  sockaddr_storage storage{};
  auto* const address = reinterpret_cast<sockaddr*>(&storage);
  socklen_t size = sizeof(storage) - 1;  // leaves a NUL behind a path
  if (getsockname(fd, address, &size) != 0) {
    return ErrnoStatus(errno, "getsockname");
  }
  if (kind == ListenerKind::kTcp) return EndpointOf(address, size);
  return std::string(reinterpret_cast<sockaddr_un*>(address)->sun_path);
}

FileDescriptor OpenSpare() {
  return FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

FileDescriptor AcceptOne(int listener) {
  return FileDescriptor(
      accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

}  // namespace

// Removed with this object, unless another file has taken its place.
class ListeningSocket::File {
 public:
  // nullptr: no socket is there.
  static std::unique_ptr<File> At(const std::string& path) {
    struct stat file;
    if (lstat(path.c_str(), &file) != 0 || !S_ISSOCK(file.st_mode)) return {};
    return std::unique_ptr<File>(new File(path, file));
  }
  ~File() {
    if (!left_ && IsThere()) unlink(path_.c_str());
  }

  void Leave() { left_ = true; }

  bool IsThere() const {
    struct stat file;
    return lstat(path_.c_str(), &file) == 0 && file.st_dev == device_ &&
           file.st_ino == inode_;
  }

 private:
  File(std::string path, const struct stat& file)
      : path_(std::move(path)), device_(file.st_dev), inode_(file.st_ino) {}

  const std::string path_;
  const dev_t device_;
  const ino_t inode_;
  bool left_ = false;
};

ListeningSocket::ListeningSocket(FileDescriptor fd, ListenerKind kind,
                                 std::string name)
    : fd_(std::move(fd)), kind_(kind), name_(std::move(name)) {}

ListeningSocket::ListeningSocket(ListeningSocket&&) noexcept = default;
ListeningSocket& ListeningSocket::operator=(ListeningSocket&&) noexcept =
    default;
ListeningSocket::~ListeningSocket() = default;

absl::StatusOr<ListeningSocket> ListeningSocket::Open(
    const ListenerOptions& options) {
  return options.kind == ListenerKind::kTcp ? OpenTcp(options.address)
                                            : OpenUnix(options);
}

absl::StatusOr<ListeningSocket> ListeningSocket::OpenUnix(
    const ListenerOptions& options) {
  const std::string& path = options.address;
  const absl::StatusOr<sockaddr_un> address = AddressOf(path);
  if (!address.ok()) return address.status();
  absl::Status status = RemoveStaleSocket(options, *address);
  if (!status.ok()) return status;

  FileDescriptor fd = NewSocket(AF_UNIX, TypeOf(options.kind));
  if (!fd.valid()) return ErrnoStatus(errno, "socket");
  // The file gets this mode (less the umask) at once: there is no moment at
  // which anybody else could connect.
  if (fchmod(fd.get(), options.mode) != 0 ||
      bind(fd.get(), Generic(*address), sizeof(*address)) != 0) {
    return CannotMake(path, errno);
  }
  ListeningSocket listener(std::move(fd), options.kind, path);
  listener.file_ = File::At(path);
  if (!listener.owns_file()) return ErrnoStatus(errno, path);
  if (status = listener.SetAccess(options); !status.ok()) return status;
  if (listen(listener.fd(), options.backlog) != 0) {
    return ErrnoStatus(errno, path);
  }
  return listener;
}

absl::StatusOr<ListeningSocket> ListeningSocket::OpenTcp(
    const std::string& endpoint) {
  const AddressInfo address = Resolve(endpoint);
  if (address == nullptr) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "'%s' is not ADDRESS:PORT or [ADDRESS]:PORT", endpoint));
  }
  FileDescriptor fd = NewSocket(address->ai_family, SOCK_STREAM);
  const int on = 1;
  if (!fd.valid() ||
      setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(fd.get(), address->ai_addr, address->ai_addrlen) != 0 ||
      listen(fd.get(), SOMAXCONN) != 0) {
    return CannotListen(endpoint, errno);
  }
  return Adopt(std::move(fd));
}

absl::StatusOr<ListeningSocket> ListeningSocket::Adopt(FileDescriptor fd) {
  const std::optional<ListenerKind> kind = KindOf(fd.get());
  if (!kind) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "descriptor %d is no listening unix or TCP socket", fd.get()));
  }
  if (fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK) != 0 ||
      fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return ErrnoStatus(errno, "fcntl");
  }
  absl::StatusOr<std::string> name = NameOf(fd.get(), *kind);
  if (!name.ok()) return name.status();
  return ListeningSocket(std::move(fd), *kind, *std::move(name));
}

bool ListeningSocket::IsAt(const ListenerOptions& options) const {
  if (options.kind != kind_) return false;
  if (kind_ != ListenerKind::kTcp) return name_ == options.address;
  const AddressInfo wanted = Resolve(options.address);
  if (wanted == nullptr) return false;
  const std::string endpoint = EndpointOf(wanted->ai_addr, wanted->ai_addrlen);
  const std::optional<HostPort> parts = SplitHostPort(endpoint);
  const std::optional<HostPort> own = SplitHostPort(name_);
  return parts && own && parts->host == own->host &&
         (parts->port == "0" || parts->port == own->port);
}

void ListeningSocket::LeaveFile() {
  if (file_ != nullptr) file_->Leave();
  file_ = nullptr;
}

void ListeningSocket::TakeOver() {
  if (kind_ == ListenerKind::kTcp) return;
  file_ = File::At(name_);
  // Linux tells peers of the process that called it last.
  listen(fd_.get(), ListenerOptions::kBacklog);
}

bool ListeningSocket::FileIsLost() const {
  if (kind_ == ListenerKind::kTcp) return false;
  return file_ != nullptr ? !file_->IsThere() : File::At(name_) == nullptr;
}

absl::Status ListeningSocket::Reopen(const ListenerOptions& options) {
  absl::StatusOr<ListeningSocket> opened = Open(options);
  if (!opened.ok()) return opened.status();
  if (dup3(opened->fd(), fd(), O_CLOEXEC) < 0) return ErrnoStatus(errno, "dup");
  // The file that was lost is not ours to remove.
  if (file_ != nullptr) file_->Leave();
  file_ = std::move(opened->file_);
  return absl::OkStatus();
}

absl::Status ListeningSocket::SetAccess(const ListenerOptions& options) const {
  if (kind_ == ListenerKind::kTcp) return absl::OkStatus();
  if (!options.group.empty()) {
    const absl::StatusOr<gid_t> group = GroupId(options.group);
    if (!group.ok()) return group.status();
    if (chown(name_.c_str(), static_cast<uid_t>(-1), *group) != 0) {
      return ErrnoStatus(errno, absl::StrFormat("giving %s to group '%s'",
                                                name_, options.group));
    }
  }
  return chmod(name_.c_str(), options.mode) == 0 ? absl::OkStatus()
                                                 : ErrnoStatus(errno, name_);
}

Acceptor::Acceptor() : spare_(OpenSpare()) {}

Acceptor::Outcome Acceptor::Accept(int listener, FileDescriptor* connection) {
  if (!spare_.valid()) spare_ = OpenSpare();
  *connection = AcceptOne(listener);
  if (connection->valid()) return Outcome::kAccepted;
  if (errno != EMFILE && errno != ENFILE) return Outcome::kNobody;
  spare_.Reset();
  *connection = AcceptOne(listener);
  return Outcome::kNoDescriptors;
}

}  // namespace groupring::backend
