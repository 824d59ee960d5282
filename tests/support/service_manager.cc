#include "tests/support/service_manager.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace groupring::testing {
namespace {

constexpr size_t kMaxFds = 64;

bool HasLine(const std::string& text, std::string_view line) {
  std::istringstream lines(text);
  for (std::string each; std::getline(lines, each);) {
    if (each == line || (line.ends_with('=') && each.starts_with(line))) {
      return true;
    }
  }
  return false;
}

std::string ValueOf(const std::string& text, const std::string& key) {
  std::istringstream lines(text);
  for (std::string each; std::getline(lines, each);) {
    if (each.starts_with(key + "=")) return each.substr(key.size() + 1);
  }
  return {};
}

}  // namespace

ServiceManager::ServiceManager()
    : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = directory_ / "notify";
  std::memcpy(address.sun_path, path.data(), path.size());
  const int on = 1;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) !=
          0 ||
      ::setsockopt(socket_, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) != 0) {
    throw std::runtime_error("no notify socket");
  }
  thread_ = std::thread([this] { Run(); });
}

ServiceManager::~ServiceManager() {
  stop_ = true;
  thread_.join();
  ::close(socket_);
  for (const auto& [name, fd] : store_) ::close(fd);
}

std::unique_ptr<Process> ServiceManager::Start(
    std::vector<std::string> argv, const std::string& log_file,
    const std::vector<std::string>& environment) {
  std::vector<std::string> all = {"env",
                                  "NOTIFY_SOCKET=" + (directory_ / "notify")};
  all.insert(all.end(), environment.begin(), environment.end());
  std::vector<int> fds;
  std::string names;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [name, fd] : store_) {
      names += (fds.empty() ? "" : ":") + name;
      fds.push_back(fd);
    }
  }
  if (!fds.empty()) {
    // The shell's process becomes the service's.
    all.insert(all.end(), {"LISTEN_FDS=" + std::to_string(fds.size()),
                           "LISTEN_FDNAMES=" + names, "sh", "-c",
                           "LISTEN_PID=$$ exec \"$@\"", "sh"});
  }
  all.insert(all.end(), argv.begin(), argv.end());
  return std::make_unique<Process>(
      ProcessOptions{.argv = all, .log_file = log_file, .passed_fds = fds});
}

void ServiceManager::Store(const std::string& name, int fd) {
  const std::lock_guard<std::mutex> lock(mutex_);
  store_.emplace_back(name, fd);
}

size_t ServiceManager::Stored(std::string_view name) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<size_t>(
      std::count_if(store_.begin(), store_.end(),
                    [&](const auto& entry) { return entry.first == name; }));
}

int ServiceManager::Heard(std::string_view line, pid_t from) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(std::count_if(
      notices_.begin(), notices_.end(), [&](const Notice& notice) {
        return (from == 0 || notice.from == from) && HasLine(notice.text, line);
      }));
}

void ServiceManager::Run() {
  while (!stop_) {
    pollfd waited{socket_, POLLIN, 0};
    if (::poll(&waited, 1, 20) > 0) Receive();
  }
}

void ServiceManager::Receive() {
  char text[4096];
  union {
    char bytes[CMSG_SPACE(kMaxFds * sizeof(int)) + CMSG_SPACE(sizeof(ucred))];
    cmsghdr alignment;
  } control;
  iovec part{text, sizeof(text)};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof(control.bytes);
  const ssize_t size = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
  if (size < 0) return;
  Notice notice{0, std::string(text, static_cast<size_t>(size))};
  std::vector<int> fds;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_type == SCM_CREDENTIALS) {
      ucred credentials;
      std::memcpy(&credentials, CMSG_DATA(header), sizeof(credentials));
      notice.from = credentials.pid;
    } else if (header->cmsg_type == SCM_RIGHTS) {
      fds.resize((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      std::memcpy(fds.data(), CMSG_DATA(header), fds.size() * sizeof(int));
    }
  }
  Take(notice.text, fds);
  const std::lock_guard<std::mutex> lock(mutex_);
  notices_.push_back(std::move(notice));
}

void ServiceManager::Take(const std::string& text,
                          const std::vector<int>& fds) {
  const std::string name = ValueOf(text, "FDNAME");
  if (HasLine(text, "FDSTORE=1")) {
    for (const int fd : fds) Store(name, fd);
    return;
  }
  // Also the answer to BARRIER=1.
  for (const int fd : fds) ::close(fd);
  if (!HasLine(text, "FDSTOREREMOVE=1")) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  std::erase_if(store_, [&](const auto& entry) {
    if (entry.first != name) return false;
    ::close(entry.second);
    return true;
  });
}

}  // namespace groupring::testing
