#include "tests/backend/transport/stream_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

FileDescriptor Connected(int family, const sockaddr* address, socklen_t size) {
  FileDescriptor fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(fd.get(), address, size) != 0) {
    throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
  }
  return fd;
}

void WaitFor(int fd, short events) {
  constexpr int kPatience =
      std::chrono::milliseconds(testing::kPatience).count();
  pollfd waited{fd, events, 0};
  if (poll(&waited, 1, kPatience) != 1) {
    throw std::runtime_error("nothing happens on the connection");
  }
}

}  // namespace

StreamClient StreamClient::ToUnix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  return StreamClient(Connected(AF_UNIX, reinterpret_cast<sockaddr*>(&address),
                                sizeof(address)));
}

StreamClient StreamClient::ToLoopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return StreamClient(Connected(AF_INET, reinterpret_cast<sockaddr*>(&address),
                                sizeof(address)));
}

bool StreamClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t sent = SendSome(bytes);
    bytes.remove_prefix(sent);
    if (sent == 0) {
      if (errno != EAGAIN) return false;
      WaitFor(fd_.get(), POLLOUT);
    }
  }
  return true;
}

size_t StreamClient::SendSome(std::string_view bytes) {
  const ssize_t size =
      send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return size < 0 ? 0 : static_cast<size_t>(size);
}

void StreamClient::EndInput() { shutdown(fd_.get(), SHUT_WR); }

bool StreamClient::Fill() {
  WaitFor(fd_.get(), POLLIN);
  std::array<char, 65536> buffer;
  const ssize_t size = recv(fd_.get(), buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  received_.append(buffer.data(), static_cast<size_t>(size));
  return true;
}

std::string StreamClient::ReadLine() {
  size_t end = 0;
  while ((end = received_.find('\n')) == received_.npos) {
    if (!Fill()) return {};
  }
  return ReadBytes(end + 1);
}

std::string StreamClient::ReadBytes(size_t size) {
  while (received_.size() < size && Fill()) {
  }
  std::string bytes = received_.substr(0, size);
  received_.erase(0, bytes.size());
  return bytes;
}

std::string StreamClient::ReadToEnd() {
  while (Fill()) {
  }
  return std::exchange(received_, {});
}

}  // namespace groupring::backend
