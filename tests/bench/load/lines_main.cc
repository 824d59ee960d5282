// Asks a unix socket of `groupring serve` the same lookup over this many
// connections at once, each waiting for its answer before it asks again.
//
//   bench_lines SOCKET CONNECTIONS SECONDS
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view kRequest =
    R"({"method": "lookup", "parameters": {"local": "127.0.0.1", )"
    R"("qname": "n0.example.org.", "qtype": "ANY", )"
    R"("real-remote": "198.51.100.0/24", "remote": "127.0.0.1", )"
    R"("zone-id": 1}})"
    "\n";

[[noreturn]] void Fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int Connect(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address),
                        sizeof(address)) != 0) {
    Fail("connect");
  }
  return fd;
}

void Ask(int fd) {
  if (send(fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(kRequest.size())) {
    Fail("send");
  }
}

// One answer is one line, and fits.
void Take(int fd) {
  std::array<char, 4096> answer;
  const ssize_t size = recv(fd, answer.data(), answer.size(), 0);
  if (size <= 0 || answer[static_cast<size_t>(size) - 1] != '\n') Fail("recv");
}

}  // namespace

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  const int connections = argc == 4 ? std::atoi(argv[2]) : 0;
  if (connections <= 0) {
    std::fputs("Usage: bench_lines SOCKET CONNECTIONS SECONDS\n", stderr);
    return 2;
  }
  const double seconds = std::atof(argv[3]);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < connections; ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = Connect(argv[1]);
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event) != 0) {
      Fail("epoll_ctl");
    }
    Ask(event.data.fd);
  }
  uint64_t answered = 0;
  const Clock::time_point begin = Clock::now();
  const auto end = begin + std::chrono::duration<double>(seconds);
  std::vector<epoll_event> events(static_cast<size_t>(connections));
  while (Clock::now() < end) {
    const int ready = epoll_wait(epoll, events.data(), connections, 1000);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<size_t>(i)].data.fd;
      Take(fd);
      Ask(fd);
      ++answered;
    }
  }
  std::printf(
      "{\"connections\": %d, \"answered\": %lu, \"per_second\": %.0f}\n",
      connections, answered, static_cast<double>(answered) / seconds);
  return 0;
}
