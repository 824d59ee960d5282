#include "tests/support/faulty_proxy.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace groupring::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

sockaddr_un Address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    throw std::runtime_error("too long for a socket: " + path);
  }
  path.copy(address.sun_path, path.size());
  return address;
}

int Connect(const std::string& path) {
  const sockaddr_un address = Address(path);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof(address)) == 0) {
    return fd;
  }
  ::close(fd);
  return -1;
}

bool SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

}  // namespace

FaultyProxy::FaultyProxy(std::string target) : target_(std::move(target)) {
  const sockaddr_un address = Address(socket());
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address),
             sizeof(address)) != 0 ||
      ::listen(listener_, 64) != 0 || ::pipe2(wake_, O_CLOEXEC) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  thread_ = std::thread([this] { Run(); });
}

FaultyProxy::~FaultyProxy() {
  stop_ = true;
  if (::write(wake_[1], "x", 1) != 1) std::terminate();
  thread_.join();
  for (const int fd : {listener_, wake_[0], wake_[1]}) ::close(fd);
}

void FaultyProxy::Reset() {
  reset_ = true;
  if (::write(wake_[1], "x", 1) != 1) {
    throw std::runtime_error("the proxy does not hear");
  }
}

void FaultyProxy::Accept() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int number = accepted_++;
  const int server = Connect(target_);
  if (server < 0) {
    ::close(client);
    return;
  }
  auto link = std::make_unique<Link>();
  link->number = number;
  link->client = client;
  link->server = server;
  links_.push_back(std::move(link));
}

// Milliseconds until the next chunk is due; -1: there is none.
int FaultyProxy::NextDue() const {
  int wait = -1;
  for (const auto& link : links_) {
    if (link->to_client.empty()) continue;
    const auto left = std::chrono::ceil<milliseconds>(
        link->to_client.front().due - steady_clock::now());
    const int millis = static_cast<int>(std::max<int64_t>(0, left.count()));
    wait = wait < 0 ? millis : std::min(wait, millis);
  }
  return wait;
}

void FaultyProxy::Serve(Link* link) {
  std::array<char, 65536> buffer;
  ssize_t n = ::recv(link->client, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n == 0 || (n > 0 && !SendAll(link->server,
                                   {buffer.data(), static_cast<size_t>(n)}))) {
    link->broken = true;
  }
  n = ::recv(link->server, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n > 0 && link->number != silent_) {
    const bool is_delayed = delayed_ < 0 || delayed_ == link->number;
    link->to_client.push_back(
        {steady_clock::now() + (is_delayed ? delay_.load() : milliseconds(0)),
         {buffer.data(), static_cast<size_t>(n)}});
  } else if (n == 0) {
    link->broken = true;
  }
  while (!link->to_client.empty() &&
         link->to_client.front().due <= steady_clock::now()) {
    if (!SendAll(link->client, link->to_client.front().bytes)) {
      link->broken = true;
    }
    link->to_client.pop_front();
  }
}

void FaultyProxy::Run() {
  while (!stop_) {
    std::vector<pollfd> fds = {{listener_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    for (const auto& link : links_) {
      fds.push_back({link->client, POLLIN, 0});
      fds.push_back({link->server, POLLIN, 0});
    }
    ::poll(fds.data(), fds.size(), NextDue());
    if ((fds[1].revents & POLLIN) != 0) {
      std::array<char, 64> ignored;
      if (::read(wake_[0], ignored.data(), ignored.size()) < 0) return;
    }
    const bool reset = reset_.exchange(false);
    for (const auto& link : links_) {
      if (reset) link->broken = true;
      if (!link->broken) Serve(link.get());
    }
    std::erase_if(links_, [](const std::unique_ptr<Link>& link) {
      if (!link->broken) return false;
      ::close(link->client);
      ::close(link->server);
      return true;
    });
    if ((fds[0].revents & POLLIN) != 0) Accept();
  }
  for (const auto& link : links_) {
    ::close(link->client);
    ::close(link->server);
  }
}

}  // namespace groupring::testing
