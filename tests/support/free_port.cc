#include "tests/support/free_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <random>
#include <stdexcept>

namespace groupring::testing {
namespace {

// An abstract socket of that name is the claim: the kernel lets one process
// have it and frees it when that ends.
int Claim(uint16_t port) {
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const int length =
      std::snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
                    "groupring-test-port-%d", port);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 +
                                           static_cast<size_t>(length));
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0) return fd;
  ::close(fd);
  return -1;
}

bool IsFree(uint16_t port, int type) {
  const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free =
      ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  ::close(fd);
  return free;
}

}  // namespace

FreePort::FreePort() {
  std::random_device random;
  std::uniform_int_distribution<int> ports(10000, 32000);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    number_ = static_cast<uint16_t>(ports(random));
    claim_ = Claim(number_);
    if (claim_ < 0) continue;
    if (IsFree(number_, SOCK_DGRAM) && IsFree(number_, SOCK_STREAM)) return;
    ::close(claim_);
  }
  throw std::runtime_error("no free port");
}

FreePort::~FreePort() { ::close(claim_); }

}  // namespace groupring::testing
