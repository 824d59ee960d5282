#include "backend/doctor/socket_access.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

constexpr uid_t kPdns = 953;
constexpr gid_t kPdnsGroup = 953;
constexpr gid_t kShared = 1234;

const UserIdentity kUser = {"pdns", kPdns, {kPdnsGroup, kShared}};

std::vector<FileAccess> Way(FileAccess directory, FileAccess socket) {
  directory.path = "/run/groupring";
  socket.path = "/run/groupring/remote.sock";
  return {{"/", S_IFDIR | 0755, 0, 0},
          {"/run", S_IFDIR | 0755, 0, 0},
          directory,
          socket};
}

FileAccess Directory(mode_t mode, uid_t owner, gid_t group) {
  return {"", S_IFDIR | mode, owner, group};
}

FileAccess Socket(mode_t mode, uid_t owner, gid_t group) {
  return {"", S_IFSOCK | mode, owner, group};
}

Severity Judged(const FileAccess& directory, const FileAccess& socket) {
  return GravestOf(CheckAccess(Way(directory, socket), kUser));
}

TEST_CASE("rights: owner, group and others, the first that fits") {
  const FileAccess open = Directory(0755, 0, 0);
  struct {
    FileAccess socket;
    bool may;
  } const cases[] = {
      {Socket(0660, 0, kPdnsGroup), true},
      {Socket(0660, 0, kShared), true},  // a supplementary group
      {Socket(0660, 0, 77), false},      // a group that it is not in
      {Socket(0666, 0, 77), true},
      {Socket(0640, 0, kPdnsGroup), false},  // to read is not to connect
      {Socket(0600, kPdns, 0), true},
      {Socket(0066, kPdns, kPdnsGroup), false},  // the owner's class counts
      {Socket(0606, 0, kPdnsGroup), false},      // the group's class counts
  };
  for (const auto& one : cases) {
    CAPTURE(one.socket.mode, one.socket.owner, one.socket.group);
    CHECK(Judged(open, one.socket) ==
          (one.may ? Severity::kInfo : Severity::kError));
  }
}

TEST_CASE("rights: each directory on the way has to let the user through") {
  const FileAccess socket = Socket(0666, 0, 0);
  CHECK(Judged(Directory(0710, 0, kShared), socket) == Severity::kInfo);
  CHECK(Judged(Directory(0750, 0, kShared), socket) == Severity::kInfo);
  CHECK(Judged(Directory(0740, 0, kShared), socket) == Severity::kError);
  CHECK(Judged(Directory(0700, 0, 0), socket) == Severity::kError);
  const Diagnostics findings =
      CheckAccess(Way(Directory(0700, 0, 0), Socket(0600, 0, 0)), kUser);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].subject == "/run/groupring");
  CHECK(findings[0].message ==
        "PowerDNS' user pdns may not go through it (root:root 0700)");
  CHECK(findings[1].subject == "/run/groupring/remote.sock");
}

TEST_CASE("rights: root may, and of access control lists nothing is known") {
  const auto closed = Way(Directory(0700, 5, 5), Socket(0600, 5, 5));
  CHECK(GravestOf(CheckAccess(closed, {"root", 0, {0}})) == Severity::kInfo);
  FileAccess socket = Socket(0600, 0, 0);
  socket.has_acl = true;
  CHECK(Judged(Directory(0755, 0, 0), socket) == Severity::kWarning);
}

TEST_CASE("rights: users and groups by name and by number") {
  CHECK(FindUser("root", "")->uid == 0);
  CHECK(FindUser("0", "")->groups.contains(0));
  CHECK(FindUser("root", "4242")->groups.contains(4242));
  CHECK(absl::IsNotFound(FindUser("no-such-user", "").status()));
  CHECK(absl::IsNotFound(FindUser("root", "no-such-group").status()));
}

TEST_CASE("rights: the files on the way, through symbolic links as well") {
  const testing::TempDirectory directory;
  std::filesystem::create_directory(directory / "real");
  std::filesystem::create_directory_symlink(directory / "real",
                                            directory / "link");
  const std::string file = directory.Write("real/file", "");
  ::chmod((directory / "real").c_str(), 0750);
  const auto files = FilesTo(directory / "link/file");
  REQUIRE(files.ok());
  CHECK(files->front().path == "/");
  CHECK(files->back().path == file);
  bool through_real = false;
  for (const FileAccess& each : *files) {
    if (each.path == directory / "real") {
      through_real = (each.mode & 07777U) == 0750;
    }
    CHECK(each.owner ==
          (each.path.starts_with(directory.path()) ? ::geteuid() : each.owner));
  }
  CHECK(through_real);
  const auto missing = FilesTo(directory / "none/file");
  CHECK(absl::IsNotFound(missing.status()));
  CHECK(missing.status().message().find("/none: No such file") !=
        std::string::npos);
}

}  // namespace
}  // namespace groupring::backend
