#include "backend/daemon/successor_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

constexpr char kVariable[] = "GROUPRING_PREDECESSOR_FD";
constexpr int kChannelFd = STDERR_FILENO + 1;

// Variables that are for this process only.
constexpr std::string_view kNotInherited[] = {
    "LISTEN_PID=", "LISTEN_FDS=", "LISTEN_FDNAMES=", "WATCHDOG_PID=",
    "GROUPRING_PREDECESSOR_FD="};

std::vector<std::string> Environment() {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    bool inherited = true;
    for (const std::string_view prefix : kNotInherited) {
      if (std::string_view(*entry).substr(0, prefix.size()) == prefix) {
        inherited = false;
      }
    }
    if (inherited) all.emplace_back(*entry);
  }
  all.push_back(absl::StrFormat("%s%d", kNotInherited[4], kChannelFd));
  return all;
}

std::vector<char*> Pointers(std::vector<std::string>* words) {
  std::vector<char*> pointers;
  for (std::string& word : *words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

std::string OwnProgram() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

absl::StatusOr<pid_t> StartSuccessorProcess(
    const std::string& program, const std::vector<std::string>& arguments,
    FdChannel channel) {
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), program);
  std::vector<std::string> environment = Environment();
  const std::vector<char*> argv = Pointers(&words);
  const std::vector<char*> env = Pointers(&environment);

  // Above kChannelFd, because dup2 of a descriptor onto itself would leave its
  // close-on-exec flag set.
  const FileDescriptor high(
      fcntl(channel.fd(), F_DUPFD_CLOEXEC, kChannelFd + 1));
  if (!high.valid()) return ErrnoStatus(errno, "duplicating a descriptor");

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, high.get(), kChannelFd);
  posix_spawn_file_actions_addclosefrom_np(&actions, kChannelFd + 1);
  // This process blocks the signals that it reads from a descriptor.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);

  pid_t child = 0;
  const int error = posix_spawn(&child, program.c_str(), &actions, &attributes,
                                argv.data(), env.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return ErrnoStatus(error, absl::StrFormat("%s cannot be run", program));
  }
  return child;
}

std::optional<FdChannel> ChannelToPredecessor() {
  const char* const value = std::getenv(kVariable);
  if (value == nullptr) return std::nullopt;
  const bool ours = std::string_view(value) == std::to_string(kChannelFd);
  unsetenv(kVariable);
  int type = 0;
  socklen_t size = sizeof(type);
  if (!ours || getsockopt(kChannelFd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
      type != SOCK_SEQPACKET || fcntl(kChannelFd, F_SETFD, FD_CLOEXEC) != 0) {
    return std::nullopt;
  }
  return FdChannel(FileDescriptor(kChannelFd));
}

}  // namespace groupring::backend
