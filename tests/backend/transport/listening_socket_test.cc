#include "backend/transport/listening_socket.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <utility>

#include "tests/backend/transport/stream_client.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

bool Exists(const std::string& path) {
  struct stat file;
  return lstat(path.c_str(), &file) == 0;
}

absl::StatusOr<ListeningSocket> Open(const std::string& path,
                                     const std::string& group = {}) {
  ListenerOptions options;
  options.address = path;
  options.group = group;
  return ListeningSocket::Open(options);
}

ListenerOptions Tcp(std::string endpoint) {
  ListenerOptions options;
  options.kind = ListenerKind::kTcp;
  options.address = std::move(endpoint);
  return options;
}

absl::StatusOr<ListeningSocket> OpenTcp(std::string endpoint) {
  return ListeningSocket::Open(Tcp(std::move(endpoint)));
}

// Leaves behind what a killed process does: a socket file without a socket.
void LeaveStaleSocket(const std::string& path) {
  const FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path.c_str());
  REQUIRE(bind(fd.get(), reinterpret_cast<sockaddr*>(&address),
               sizeof(address)) == 0);
}

TEST_CASE("a listener has a file of mode 0660 for as long as it lives") {
  const testing::TempDirectory directory;
  const std::string path = directory / "socket";
  {
    auto listener = Open(path);
    REQUIRE(listener.ok());
    struct stat file;
    REQUIRE(lstat(path.c_str(), &file) == 0);
    CHECK(S_ISSOCK(file.st_mode));
    CHECK((file.st_mode & 07777) == 0660);
    CHECK((fcntl(listener->fd(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((fcntl(listener->fd(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK_NOTHROW(StreamClient::ToUnix(path));
    const ListeningSocket moved = *std::move(listener);
    CHECK(Exists(path));
  }
  CHECK_FALSE(Exists(path));
}

TEST_CASE("the socket of a dead process is replaced") {
  const testing::TempDirectory directory;
  const std::string path = directory / "socket";
  LeaveStaleSocket(path);
  CHECK_THROWS(StreamClient::ToUnix(path));
  const auto listener = Open(path);
  REQUIRE(listener.ok());
  CHECK_NOTHROW(StreamClient::ToUnix(path));
}

TEST_CASE("the socket of a living process is left alone") {
  const testing::TempDirectory directory;
  const std::string path = directory / "socket";
  const auto first = Open(path);
  REQUIRE(first.ok());
  const auto second = Open(path);
  REQUIRE(second.status().code() == absl::StatusCode::kAlreadyExists);
  CHECK(std::string(second.status().message()) ==
        "another process accepts connections on " + path);
  CHECK_NOTHROW(StreamClient::ToUnix(path));
}

TEST_CASE("a living process is recognised by its full backlog, too") {
  const testing::TempDirectory directory;
  ListenerOptions options;
  options.address = directory / "socket";
  options.backlog = 0;
  const auto first = ListeningSocket::Open(options);
  REQUIRE(first.ok());
  const StreamClient only_place = StreamClient::ToUnix(options.address);
  CHECK(Open(options.address).status().code() ==
        absl::StatusCode::kAlreadyExists);
}

TEST_CASE("a file that is no socket is left alone") {
  const testing::TempDirectory directory;
  const std::string path = directory.Write("file", "precious");
  const auto listener = Open(path);
  CHECK(listener.status().code() == absl::StatusCode::kAlreadyExists);
  CHECK(testing::ReadFile(path) == "precious");
}

TEST_CASE("a file that took the place of ours outlives us") {
  const testing::TempDirectory directory;
  const std::string path = directory / "socket";
  auto first = Open(path);
  REQUIRE(first.ok());
  REQUIRE(unlink(path.c_str()) == 0);
  const auto second = Open(path);
  REQUIRE(second.ok());
  { const ListeningSocket gone = *std::move(first); }
  CHECK(Exists(path));
  CHECK_NOTHROW(StreamClient::ToUnix(path));
}

TEST_CASE("what is wrong with a path is said") {
  const testing::TempDirectory directory;
  CHECK(Open("").status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(Open("/" + std::string(107, 'x')).status().code() ==
        absl::StatusCode::kInvalidArgument);
  const auto listener = Open(directory / "no/such/folder");
  CHECK(listener.status().code() == absl::StatusCode::kNotFound);
  CHECK(std::string(listener.status().message()) ==
        (directory / "no/such/folder") +
            ": No such file or directory; make the directory " +
            (directory / "no/such") +
            ", or set it to \"\" where this socket is not wanted");
}

TEST_CASE("the file is given to a group, or refused with no file left") {
  const testing::TempDirectory directory;
  const std::string path = directory / "socket";
  const auto missing = Open(path, "no such group");
  CHECK(missing.status().code() == absl::StatusCode::kNotFound);
  CHECK_FALSE(Exists(path));

  const group* own = getgrgid(getegid());
  REQUIRE(own != nullptr);
  const auto listener = Open(path, own->gr_name);
  REQUIRE(listener.ok());
  struct stat file;
  REQUIRE(lstat(path.c_str(), &file) == 0);
  CHECK(file.st_gid == getegid());
}

TEST_CASE("a listening socket can be taken over, its file stays") {
  const testing::TempDirectory directory;
  const std::string path = directory / "socket";
  auto opened = Open(path);
  REQUIRE(opened.ok());
  {
    const auto adopted =
        ListeningSocket::Adopt(FileDescriptor(dup(opened->fd())));
    REQUIRE(adopted.ok());
    CHECK(adopted->name() == path);
    CHECK((fcntl(adopted->fd(), F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(Exists(path));
}

TEST_CASE("what is no listening socket is not taken over") {
  for (const int fd :
       {open("/dev/null", O_RDONLY), socket(AF_UNIX, SOCK_STREAM, 0),
        socket(AF_INET, SOCK_STREAM, 0), socket(AF_UNIX, SOCK_DGRAM, 0), -1}) {
    CHECK(ListeningSocket::Adopt(FileDescriptor(fd)).status().code() ==
          absl::StatusCode::kInvalidArgument);
  }
}

TEST_CASE("port 0 becomes a free port, and connections reach it") {
  const auto listener = OpenTcp("127.0.0.1:0");
  REQUIRE(listener.ok());
  CHECK(PortOf(*listener) > 0);
  CHECK(listener->name() == "127.0.0.1:" + std::to_string(PortOf(*listener)));
  CHECK((fcntl(listener->fd(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK_NOTHROW(StreamClient::ToLoopback(PortOf(*listener)));
}

TEST_CASE("localhost and IPv6 addresses can be listened on") {
  const auto localhost = OpenTcp("localhost:0");
  REQUIRE(localhost.ok());
  CHECK_NOTHROW(StreamClient::ToLoopback(PortOf(*localhost)));
  const auto six = OpenTcp("[::1]:0");
  // A machine may lack IPv6; the text was understood all the same.
  if (six.ok()) {
    CHECK(six->name() == "[::1]:" + std::to_string(PortOf(*six)));
  } else {
    CHECK(std::string(six.status().message()).find("is not ADDRESS") ==
          std::string::npos);
  }
}

TEST_CASE("a port that is taken is an error of its own") {
  const auto first = OpenTcp("127.0.0.1:0");
  REQUIRE(first.ok());
  const auto second = OpenTcp(first->name());
  CHECK(second.status().code() == absl::StatusCode::kAlreadyExists);
  CHECK(std::string(second.status().message()) ==
        first->name() +
            ": Address already in use; another process listens "
            "there (`ss -ltnp` names it)");
  const auto foreign = OpenTcp("192.0.2.1:0");
  CHECK(std::string(foreign.status().message())
            .find("; this host does not have the address") !=
        std::string::npos);
}

TEST_CASE("texts that are no endpoint are refused") {
  for (const char* text : {"", ":", "127.0.0.1", "127.0.0.1:", ":8470",
                           "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1",
                           "127.0.0.1:999999", "::1:8470", "[127.0.0.1]:8470",
                           "[::1", "[]:1", "example.org:8470", "192.0.2.1:0"}) {
    CAPTURE(text);
    CHECK(OpenTcp(text).status().code() == absl::StatusCode::kInvalidArgument);
  }
}

TEST_CASE("a TCP listener that is taken over knows where it is") {
  const auto opened = OpenTcp("127.0.0.1:0");
  REQUIRE(opened.ok());
  const auto adopted =
      ListeningSocket::Adopt(FileDescriptor(dup(opened->fd())));
  REQUIRE(adopted.ok());
  CHECK(adopted->name() == opened->name());
  const auto is_at = [&](const std::string& endpoint) {
    return adopted->IsAt(Tcp(endpoint));
  };
  CHECK(is_at(opened->name()));
  CHECK(is_at("localhost:0"));
  CHECK_FALSE(is_at("127.0.0.2:0"));
  CHECK_FALSE(is_at("[::1]:0"));
  CHECK_FALSE(is_at("127.0.0.1:1"));
  CHECK_FALSE(ListeningSocket::Adopt(FileDescriptor(dup(0))).ok());
}

}  // namespace
}  // namespace groupring::backend
