#include "redis/base/connect.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring {
namespace {

Deadline Later() {
  return std::chrono::steady_clock::now() + testing::kPatience;
}

// Listens on a port of 127.0.0.1 that the kernel chooses.
struct Listener {
  Listener() : fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(fd.get(), generic, size) == 0);
    REQUIRE(listen(fd.get(), 8) == 0);
    REQUIRE(getsockname(fd.get(), generic, &size) == 0);
    port = ntohs(address.sin_port);
  }
  FileDescriptor fd;
  uint16_t port = 0;
};

TEST_CASE("names of this host lead to it, without a resolver") {
  const Listener listener;
  // No file and no name server has the last one.
  for (const char* host :
       {"127.0.0.1", "localhost", "LocalHost.", "groupring.localhost"}) {
    CAPTURE(host);
    CHECK(ConnectTcp(host, listener.port, Later()).ok());
  }
}

TEST_CASE("only localhost and names below it are this host's by their text") {
  for (const char* host :
       {"localhost", "LOCALHOST", "a.localhost", "localhost."}) {
    CAPTURE(host);
    CHECK(IsLocalhost(host));
  }
  for (const char* host : {"", "host", "notlocalhost", "localhost.example.org",
                           "127.0.0.1", "localhost.."}) {
    CAPTURE(host);
    CHECK_FALSE(IsLocalhost(host));
  }
}

TEST_CASE("a connection that is refused, or that nobody can make, says why") {
  uint16_t port = 0;
  {
    const Listener gone;
    port = gone.port;
  }
  const auto refused = ConnectTcp("127.0.0.1", port, Later());
  CHECK(absl::IsUnavailable(refused.status()));
  CHECK(refused.status().message() == "Connection refused");

  const testing::TempDirectory directory;
  const auto missing = ConnectUnix(directory / "no.sock", Later());
  CHECK(absl::IsUnavailable(missing.status()));
  CHECK(missing.status().message() == "No such file or directory");
  const auto too_long = ConnectUnix(std::string(108, 'x'), Later());
  CHECK(too_long.status().message() == "File name too long");
}

TEST_CASE("waiting ends with the deadline") {
  const Listener listener;
  const auto fd = ConnectTcp("127.0.0.1", listener.port, Later());
  REQUIRE(fd.ok());
  CHECK(WaitFor(fd->get(), POLLOUT, Later()).ok());
  CHECK(absl::IsDeadlineExceeded(
      WaitFor(fd->get(), POLLIN, std::chrono::steady_clock::now())));
}

}  // namespace
}  // namespace groupring
