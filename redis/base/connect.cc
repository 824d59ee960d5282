#include "redis/base/connect.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"
#include "redis/base/status_macros.h"
#include "redis/base/text.h"

namespace groupring {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

absl::Status Failed(int error_number) {
  return absl::UnavailableError(ErrnoText(error_number));
}

absl::Status TookTooLong() { return absl::DeadlineExceededError("timed out"); }

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

struct Lookup {
  int error = 0;  // of getaddrinfo
  std::unique_ptr<addrinfo, FreeAddresses> addresses;
};

Lookup Ask(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* list = nullptr;
  Lookup lookup;
  lookup.error = getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  if (lookup.error == 0) lookup.addresses.reset(list);
  return lookup;
}

// Addresses in the order to try them, one at least.
absl::StatusOr<Lookup> LookUp(const std::string& host, uint16_t port,
                              Deadline deadline) {
  const std::string port_text = std::to_string(port);
  Lookup numeric = Ask(host, port_text, AI_NUMERICHOST);
  if (numeric.error == 0) return numeric;

  const auto failed = [&](std::string_view why) {
    return absl::UnavailableError(
        absl::StrFormat("cannot look up host %s: %s", host, why));
  };
  // getaddrinfo() may take any time and cannot be cancelled: after the deadline
  // its thread is left to end by itself.
  std::promise<Lookup> promise;
  std::future<Lookup> future = promise.get_future();
  try {
    std::thread([host, port_text, promise = std::move(promise)]() mutable {
      promise.set_value(Ask(host, port_text, 0));
    }).detach();
  } catch (const std::system_error& error) {
    return failed(error.what());
  }
  if (future.wait_until(deadline) != std::future_status::ready) {
    return absl::DeadlineExceededError(
        absl::StrFormat("looking up host %s timed out", host));
  }
  Lookup lookup = future.get();
  if (lookup.error != 0) return failed(gai_strerror(lookup.error));
  return lookup;
}

absl::StatusOr<FileDescriptor> ConnectTo(const addrinfo& to,
                                         Deadline deadline) {
  FileDescriptor fd(
      socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return Failed(errno);
  if (connect(fd.get(), to.ai_addr, to.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return Failed(errno);
    if (!WaitFor(fd.get(), POLLOUT, deadline).ok()) return TookTooLong();
    int error = 0;
    socklen_t size = sizeof(error);
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return Failed(error);
  }
  const int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

}  // namespace

absl::StatusOr<FileDescriptor> ConnectUnix(const std::string& path,
                                           Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return Failed(ENAMETOOLONG);
  std::memcpy(address.sun_path, path.data(), path.size());
  FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return Failed(errno);

  // If the server's backlog is full a non-blocking connect fails at once, and
  // poll cannot wait for room. So connect blocks, with a time limit.
  const auto left = std::max<microseconds>(
      microseconds(1),
      duration_cast<microseconds>(deadline - steady_clock::now()));
  timeval limit{};
  limit.tv_sec = left.count() / 1'000'000;
  limit.tv_usec = left.count() % 1'000'000;
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    return errno == EAGAIN ? TookTooLong() : Failed(errno);
  }
  if (fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) return Failed(errno);
  return fd;
}

bool IsLocalhost(std::string_view host) {
  constexpr std::string_view kLocalhost = "localhost";
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() < kLocalhost.size()) return false;
  const size_t start = host.size() - kLocalhost.size();
  return EqualsIgnoreCase(host.substr(start), kLocalhost) &&
         (start == 0 || host[start - 1] == '.');
}

absl::StatusOr<FileDescriptor> ConnectTcp(const std::string& host,
                                          uint16_t port, Deadline deadline) {
  if (IsLocalhost(host)) {
    const auto now = steady_clock::now();
    absl::StatusOr<FileDescriptor> fd =
        ConnectTcp("127.0.0.1", port, now + (deadline - now) / 2);
    if (fd.ok()) return fd;
    absl::StatusOr<FileDescriptor> fd6 = ConnectTcp("::1", port, deadline);
    return fd6.ok() ? std::move(fd6) : std::move(fd);
  }
  ASSIGN_OR_RETURN(const Lookup lookup, LookUp(host, port, deadline));
  const addrinfo* const first = lookup.addresses.get();
  int untried = 0;
  for (const addrinfo* to = first; to; to = to->ai_next) ++untried;

  absl::StatusOr<FileDescriptor> result = TookTooLong();
  for (const addrinfo* to = first; to; to = to->ai_next) {
    // An address that does not answer must leave time for the next ones.
    const auto now = steady_clock::now();
    result = ConnectTo(*to, now + (deadline - now) / untried--);
    if (result.ok()) break;
  }
  return result;
}

absl::Status WaitFor(int fd, short events, Deadline deadline) {
  while (true) {
    const auto left = std::max(
        milliseconds(0),
        std::chrono::ceil<milliseconds>(deadline - steady_clock::now()));
    pollfd entry{fd, events, 0};
    const int ready = poll(&entry, 1, static_cast<int>(left.count()));
    if (ready > 0) return absl::OkStatus();
    if (ready == 0) return absl::DeadlineExceededError("");
    if (errno != EINTR) return Failed(errno);
  }
}

}  // namespace groupring
