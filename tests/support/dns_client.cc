#include "tests/support/dns_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <random>
#include <stdexcept>

#include "tests/support/dns_message.h"

namespace groupring::testing {
namespace {

sockaddr_in Address(const std::string& text, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, text.c_str(), &address.sin_addr) != 1) {
    throw std::runtime_error("no address: " + text);
  }
  return address;
}

// A UDP socket from `source` to the server.
class Socket {
 public:
  Socket(const std::string& source, uint16_t port)
      : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in from = Address(source, 0);
    const sockaddr_in to = Address("127.0.0.1", port);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&from), sizeof(from)) !=
            0 ||
        ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) !=
            0) {
      ::close(fd_);
      throw std::runtime_error("cannot ask from " + source);
    }
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

DnsClient::DnsClient(uint16_t port, DnsPatience patience)
    : port_(port),
      patience_(patience),
      // Not the same for all clients: a late reply to one may arrive at a port
      // that another one uses by now.
      id_(static_cast<uint16_t>(std::random_device()())) {}

std::vector<std::string> DnsReply::Data(std::string_view type) const {
  std::vector<std::string> data;
  for (const DnsRecord& record : answer) {
    if (record.type == type) data.push_back(record.data);
  }
  return data;
}

DnsReply DnsClient::Ask(const DnsQuestion& question) {
  const std::string message =
      (question.proxied.empty() ? "" : ProxyHeader(question.proxied)) +
      EncodeQuestion(question, ++id_);
  const Socket socket(question.source, port_);
  std::array<char, 65536> buffer;
  for (int attempt = 0; attempt < patience_.attempts; ++attempt) {
    // May be refused while the server is starting.
    ::send(socket.fd(), message.data(), message.size(), 0);
    pollfd ready{.fd = socket.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(patience_.each.count())) != 1) {
      continue;
    }
    const ssize_t n = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
    if (n > 2 && static_cast<unsigned char>(buffer[0]) == id_ >> 8 &&
        static_cast<unsigned char>(buffer[1]) == (id_ & 0xff)) {
      return DecodeReply({buffer.data(), static_cast<size_t>(n)});
    }
  }
  throw std::runtime_error("no reply for " + question.name);
}

}  // namespace groupring::testing
