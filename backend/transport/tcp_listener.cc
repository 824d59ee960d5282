#include "backend/transport/tcp_listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

struct HostAndPort {
  std::string host;
  std::string port;
  bool bracketed = false;
};

std::optional<HostAndPort> Split(std::string_view endpoint) {
  const size_t colon = endpoint.rfind(':');
  if (colon == endpoint.npos) return std::nullopt;
  std::string_view host = endpoint.substr(0, colon);
  const std::string_view port = endpoint.substr(colon + 1);
  const bool bracketed =
      host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) {
    host.remove_prefix(1);
    host.remove_suffix(1);
  } else if (host.find(':') != host.npos) {
    return std::nullopt;
  }
  const bool number = !port.empty() && port.size() <= 5 &&
                      std::all_of(port.begin(), port.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  if (host.empty() || !number) return std::nullopt;
  return HostAndPort{std::string(host == "localhost" ? "127.0.0.1" : host),
                     std::string(port), bracketed};
}

absl::Status NoEndpoint(std::string_view endpoint) {
  return absl::InvalidArgumentError(
      absl::StrFormat("'%s' is not ADDRESS:PORT or [ADDRESS]:PORT", endpoint));
}

int PortOf(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return 0;
  }
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

int SocketOption(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof(value);
  return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

}  // namespace

absl::StatusOr<TcpListener> TcpListener::Adopt(FileDescriptor fd) {
  const int domain = SocketOption(fd.get(), SO_DOMAIN);
  if ((domain != AF_INET && domain != AF_INET6) ||
      SocketOption(fd.get(), SO_TYPE) != SOCK_STREAM ||
      SocketOption(fd.get(), SO_ACCEPTCONN) != 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("descriptor %d is no listening TCP socket", fd.get()));
  }
  if (fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK) != 0 ||
      fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return ErrnoStatus(errno, "fcntl");
  }
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  char host[NI_MAXHOST];
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) !=
          0 ||
      getnameinfo(reinterpret_cast<sockaddr*>(&address), size, host,
                  sizeof(host), nullptr, 0, NI_NUMERICHOST) != 0) {
    return ErrnoStatus(errno, "getsockname");
  }
  const int port = PortOf(fd.get());
  return TcpListener(std::move(fd),
                     domain == AF_INET6 ? absl::StrFormat("[%s]:%d", host, port)
                                        : absl::StrFormat("%s:%d", host, port),
                     port);
}

bool TcpListener::IsAt(std::string_view endpoint) const {
  const std::optional<HostAndPort> wanted = Split(endpoint);
  const std::optional<HostAndPort> own = Split(endpoint_);
  if (!wanted || !own || wanted->bracketed != own->bracketed) return false;
  const int port = std::stoi(wanted->port);
  if (port != 0 && port != port_) return false;
  in6_addr a{};
  in6_addr b{};
  const int family = own->bracketed ? AF_INET6 : AF_INET;
  return inet_pton(family, wanted->host.c_str(), &a) == 1 &&
         inet_pton(family, own->host.c_str(), &b) == 1 &&
         std::memcmp(&a, &b, sizeof(a)) == 0;
}

absl::StatusOr<TcpListener> TcpListener::Open(std::string_view endpoint) {
  const std::optional<HostAndPort> parts = Split(endpoint);
  if (!parts || std::stoi(parts->port) > 65535) return NoEndpoint(endpoint);

  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_family = parts->bracketed ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(parts->host.c_str(), parts->port.c_str(), &hints, &found) !=
      0) {
    return NoEndpoint(endpoint);
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> address(
      found, &freeaddrinfo);

  FileDescriptor fd(socket(address->ai_family,
                           SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!fd.valid() ||
      setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(fd.get(), address->ai_addr, address->ai_addrlen) != 0 ||
      listen(fd.get(), SOMAXCONN) != 0) {
    return ErrnoStatus(errno, endpoint);
  }
  const int port = PortOf(fd.get());
  const std::string host =
      parts->bracketed ? absl::StrFormat("[%s]", parts->host) : parts->host;
  return TcpListener(std::move(fd), absl::StrFormat("%s:%d", host, port), port);
}

}  // namespace groupring::backend
