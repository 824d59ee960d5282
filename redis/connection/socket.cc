#include "redis/connection/socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/connection/name_lookup.h"

namespace groupring::redis {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

class UniqueFd {
 public:
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() {
    if (fd_ >= 0) close(fd_);
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;

  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

absl::Status CannotConnect(const Endpoint& endpoint, int error) {
  return absl::UnavailableError(
      absl::StrFormat("cannot connect to %s: %s", endpoint.Display(),
                      std::generic_category().message(error)));
}

absl::Status TookTooLong(const Endpoint& endpoint) {
  return absl::DeadlineExceededError(
      absl::StrFormat("connecting to %s took too long", endpoint.Display()));
}

absl::StatusOr<int> ConnectUnix(const Endpoint& endpoint, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (endpoint.unix_path.size() >= sizeof(address.sun_path)) {
    return CannotConnect(endpoint, ENAMETOOLONG);
  }
  std::memcpy(address.sun_path, endpoint.unix_path.data(),
              endpoint.unix_path.size());
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return CannotConnect(endpoint, errno);

  // A server with a full backlog makes a non-blocking connect fail at once,
  // and poll cannot wait for room: so connect is a blocking one with a limit.
  const auto left = std::max<microseconds>(
      microseconds(1),
      duration_cast<microseconds>(deadline - steady_clock::now()));
  timeval limit{};
  limit.tv_sec = left.count() / 1'000'000;
  limit.tv_usec = left.count() % 1'000'000;
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    if (errno == EAGAIN) return TookTooLong(endpoint);
    return CannotConnect(endpoint, errno);
  }
  if (fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) {
    return CannotConnect(endpoint, errno);
  }
  return fd.Release();
}

absl::StatusOr<int> ConnectTo(const Endpoint& endpoint, const addrinfo& to,
                              Deadline deadline) {
  UniqueFd fd(
      socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) return CannotConnect(endpoint, errno);
  if (connect(fd.get(), to.ai_addr, to.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return CannotConnect(endpoint, errno);
    if (!WaitFor(fd.get(), POLLOUT, deadline).ok()) {
      return TookTooLong(endpoint);
    }
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return CannotConnect(endpoint, error);
  }
  const int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd.Release();
}

absl::StatusOr<int> ConnectTcp(const Endpoint& endpoint, Deadline deadline) {
  const absl::StatusOr<AddressList> addresses =
      LookUp(endpoint.host, endpoint.port, deadline);
  if (!addresses.ok()) return addresses.status();
  int untried = 0;
  for (const addrinfo* to = addresses->get(); to; to = to->ai_next) ++untried;

  absl::StatusOr<int> result = TookTooLong(endpoint);
  for (const addrinfo* to = addresses->get(); to; to = to->ai_next) {
    // An address that swallows packets leaves time for those after it.
    const auto now = steady_clock::now();
    result = ConnectTo(endpoint, *to, now + (deadline - now) / untried--);
    if (result.ok()) break;
  }
  return result;
}

}  // namespace

absl::Status WaitFor(int fd, short events, Deadline deadline) {
  while (true) {
    const auto left = std::max(
        milliseconds(0),
        std::chrono::ceil<milliseconds>(deadline - steady_clock::now()));
    pollfd entry{fd, events, 0};
    const int ready = poll(&entry, 1, static_cast<int>(left.count()));
    if (ready > 0) return absl::OkStatus();
    if (ready == 0) return absl::DeadlineExceededError("");
    if (errno != EINTR) {
      return absl::UnavailableError(std::generic_category().message(errno));
    }
  }
}

absl::StatusOr<int> ConnectSocket(const Endpoint& endpoint, Deadline deadline) {
  return endpoint.unix_path.empty() ? ConnectTcp(endpoint, deadline)
                                    : ConnectUnix(endpoint, deadline);
}

}  // namespace groupring::redis
