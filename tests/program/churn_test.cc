// Hostile peers leave nothing behind: memory and descriptors of `serve` are
// afterwards what they were before.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/temp_directory.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// The usual run takes seconds. GROUPRING_CHURN=full: 100,000 connections, 1,000
// idle ones and 1 GiB of garbage on each listener.
struct Amount {
  int dropped = 2000;
  int idle = 200;
  int garbage_mib = 8;
};

Amount Wanted() {
  const char* const how = std::getenv("GROUPRING_CHURN");
  if (how == nullptr || std::string(how) != "full") return {};
  return {100'000, 1000, 1024};
}

#ifdef GROUPRING_SANITIZED  // which keep what was freed for a while
constexpr int64_t kMayRemainKib = 512 * 1024;
#else
constexpr int64_t kMayRemainKib = 16 * 1024;
#endif
// Connections of its own, to Redis, which come and go.
constexpr int kOwnDescriptors = 8;

struct Held {
  int descriptors = 0;
  int64_t rss_kib = 0;
};

Held HeldBy(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  Held held;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(process + "/fd")) {
    ++held.descriptors;
  }
  std::istringstream status(ReadFile(process + "/status"));
  for (std::string word; status >> word;) {
    if (word == "VmRSS:") status >> held.rss_kib;
  }
  return held;
}

// A connected socket, or -1.
using Connect = std::function<int()>;

Connect ToUnix(const std::string& path) {
  return [path] {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) ==
        0) {
      return fd;
    }
    ::close(fd);
    return -1;
  };
}

// Ports of 60,000 connections a minute are not to be had: each connection
// leaves from an address of its own.
Connect ToHttp(uint16_t port) {
  return [port, from = uint32_t{0}]() mutable {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 256 + from++ % 4096);
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) ==
        0) {
      return fd;
    }
    ::close(fd);
    return -1;
  };
}

void OpenAndDrop(const Connect& connect, int count) {
  for (int i = 0; i < count; ++i) {
    const int fd = connect();
    REQUIRE(fd >= 0);
    // Some leave without a word, some in the middle of one.
    if (i % 2 == 0) ::send(fd, "{\"method", 8, MSG_NOSIGNAL);
    ::close(fd);
  }
}

std::vector<int> Rest(const Connect& connect, int count) {
  std::vector<int> fds;
  for (int i = 0; i < count; ++i) fds.push_back(connect());
  return fds;
}

// Lines and parts of lines that are nothing, as long as they are taken.
void SendGarbage(const Connect& connect, int mib) {
  std::string garbage(64 * 1024, '\0');
  uint32_t state = 1;
  for (char& c : garbage) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
    if (c == '\n') c = ' ';
  }
  int fd = -1;
  for (size_t left = static_cast<size_t>(mib) << 20; left > 0;) {
    if (fd < 0) fd = connect();
    const ssize_t sent = ::send(fd, garbage.data(),
                                std::min(left, garbage.size()), MSG_NOSIGNAL);
    if (sent > 0) {
      left -= static_cast<size_t>(sent);
    } else {
      ::close(fd);
      fd = -1;
    }
  }
  ::close(fd);
}

// Room for all of them, which the usual limits do not give.
void AllowMany(GroupringServer* serve) {
  std::string settings = ReadFile(serve->settings().file());
  settings.insert(settings.find("[listen]\n") + 9,
                  "max_connections = 4000\nmax_http_connections = 4000\n");
  serve->settings().directory().Write("groupring.toml", settings);
  const CommandResult replaced = serve->Replace();
  INFO(replaced.errors);
  REQUIRE(replaced.status == 0);
}

TEST_CASE("connections, idle ones and garbage leave nothing behind") {
  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringServer serve(redis.url());
  AllowMany(&serve);
  const GroupringSettings& at = serve.settings();
  const std::string listener = GENERATE("remote_unix", "pipe_unix", "http");
  const Connect connect = listener == "http" ? ToHttp(at.http_port())
                          : listener == "pipe_unix"
                              ? ToUnix(at.pipe_socket())
                              : ToUnix(at.remote_socket());
  const Amount amount = Wanted();
  const pid_t pid = serve.process().pid();

  const int descriptors = HeldBy(pid).descriptors;
  const auto is_as_before = [&] {
    return HeldBy(pid).descriptors <= descriptors + kOwnDescriptors;
  };
  // What is allocated once is not growth.
  OpenAndDrop(connect, 100);
  for (const int fd : Rest(connect, 100)) ::close(fd);
  SendGarbage(connect, 4);
  CHECK(WaitUntil(is_as_before));
  const Held before = HeldBy(pid);

  OpenAndDrop(connect, amount.dropped);
  const std::vector<int> idle = Rest(connect, amount.idle);
  CHECK(WaitUntil([&] { return HeldBy(pid).descriptors >= amount.idle; }));
  SendGarbage(connect, amount.garbage_mib);
  const Held meanwhile = HeldBy(pid);
  // All of those that rest are still there.
  UnixStream good(at.remote_socket());
  for (const int fd : idle) {
    char byte;
    CHECK(::recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0);
    ::close(fd);
  }
  good.lines().Send("{\"method\":\"initialize\",\"parameters\":{}}\n");
  CHECK(good.lines().ReadLine().has_value());

  CHECK(WaitUntil(is_as_before));
  CHECK(WaitUntil(
      [&] { return HeldBy(pid).rss_kib <= before.rss_kib + kMayRemainKib; }));
  const Held after = HeldBy(pid);
  WARN(listener << ": " << amount.dropped << " opened and dropped, "
                << amount.idle << " idle, " << amount.garbage_mib
                << " MiB of garbage; descriptors " << before.descriptors << ", "
                << meanwhile.descriptors << ", " << after.descriptors
                << "; RSS " << before.rss_kib << ", " << meanwhile.rss_kib
                << ", " << after.rss_kib << " KiB");
}

}  // namespace
}  // namespace groupring::testing
