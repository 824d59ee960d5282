#include "tests/program/redis_gate.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "tests/support/unix_stream.h"

namespace groupring::testing {
namespace {

constexpr int kPollMillis = 20;

bool SendAll(int fd, std::string_view bytes) {
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

}  // namespace

RedisGate::RedisGate(std::string redis_socket,
                     std::function<void()> before_exec)
    : redis_socket_(std::move(redis_socket)),
      before_exec_(std::move(before_exec)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = directory_ / "gate.sock";
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address),
             sizeof(address)) != 0 ||
      ::listen(listener_, 8) != 0) {
    throw std::runtime_error("cannot listen on " + path);
  }
  thread_ = std::thread([this] { Run(); });
}

RedisGate::~RedisGate() {
  ending_ = true;
  thread_.join();
  ::close(listener_);
}

void RedisGate::Run() {
  while (!ending_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, kPollMillis) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    Pass(client);
    ::close(client);
  }
}

void RedisGate::Pass(int client) {
  UnixStream redis(redis_socket_);
  std::array<char, 65536> buffer;
  while (!ending_) {
    std::array<pollfd, 2> ends = {
        {{client, POLLIN, 0}, {redis.fd(), POLLIN, 0}}};
    if (::poll(ends.data(), ends.size(), kPollMillis) <= 0) continue;
    for (size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].revents == 0) continue;
      const ssize_t size = ::recv(ends[i].fd, buffer.data(), buffer.size(), 0);
      if (size <= 0) return;
      const std::string_view bytes(buffer.data(), static_cast<size_t>(size));
      if (i == 0 && bytes.find("\r\nEXEC\r\n") != std::string_view::npos) {
        before_exec_();
      }
      if (!SendAll(ends[1 - i].fd, bytes)) return;
    }
  }
}

}  // namespace groupring::testing
