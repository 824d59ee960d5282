#include "tests/support/unix_stream.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

int Connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    throw std::runtime_error("too long for a socket: " + path);
  }
  path.copy(address.sun_path, path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof(address)) != 0) {
    ::close(fd);
    throw std::runtime_error("cannot connect to " + path);
  }
  return fd;
}

}  // namespace

bool LineStream::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(input_fd_, bytes.data(), bytes.size());
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

std::optional<std::string> LineStream::ReadLine() {
  while (true) {
    const size_t end = pending_.find('\n');
    if (end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    pollfd ready{.fd = output_fd_, .events = POLLIN, .revents = 0};
    const auto limit =
        std::chrono::duration_cast<std::chrono::milliseconds>(kPatience);
    if (::poll(&ready, 1, static_cast<int>(limit.count())) != 1) {
      throw std::runtime_error("neither a line nor an end");
    }
    std::array<char, 65536> buffer;
    const ssize_t n = ::read(output_fd_, buffer.data(), buffer.size());
    if (n <= 0) return std::nullopt;
    pending_.append(buffer.data(), static_cast<size_t>(n));
  }
}

UnixStream::UnixStream(const std::string& path)
    : fd_(Connect(path)), lines_(fd_, fd_) {}

UnixStream::~UnixStream() { ::close(fd_); }

}  // namespace groupring::testing
