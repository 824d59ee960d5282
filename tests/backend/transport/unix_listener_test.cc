#include "backend/transport/unix_listener.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "tests/backend/transport/stream_client.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

bool Exists(const std::string& path) {
  struct stat file;
  return lstat(path.c_str(), &file) == 0;
}

absl::StatusOr<UnixListener> Open(const std::string& path,
                                  const std::string& group = {}) {
  UnixListenerOptions options;
  options.path = path;
  options.group = group;
  return UnixListener::Open(options);
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
    const UnixListener moved = *std::move(listener);
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
  UnixListenerOptions options;
  options.path = directory / "socket";
  options.backlog = 0;
  const auto first = UnixListener::Open(options);
  REQUIRE(first.ok());
  const StreamClient only_place = StreamClient::ToUnix(options.path);
  CHECK(Open(options.path).status().code() == absl::StatusCode::kAlreadyExists);
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
  { const UnixListener gone = *std::move(first); }
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
  CHECK(std::string(listener.status().message()).find("no/such/folder: ") !=
        std::string::npos);
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
    const auto adopted = UnixListener::Adopt(FileDescriptor(dup(opened->fd())));
    REQUIRE(adopted.ok());
    CHECK(adopted->path() == path);
    CHECK((fcntl(adopted->fd(), F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(Exists(path));
}

TEST_CASE("what is no listening unix socket is not taken over") {
  for (const int fd :
       {open("/dev/null", O_RDONLY), socket(AF_UNIX, SOCK_STREAM, 0),
        socket(AF_INET, SOCK_STREAM, 0), socket(AF_UNIX, SOCK_DGRAM, 0), -1}) {
    CHECK(UnixListener::Adopt(FileDescriptor(fd)).status().code() ==
          absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace groupring::backend
