#include "backend/daemon/service_manager.h"

#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "backend/handover/connection_records.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {
namespace {

// Names in the manager's store. Sockets that it opened itself have other names.
constexpr std::string_view kStoredListener = "stored-";
constexpr std::string_view kStoredConnections = "connections";

// The manager may be busy with the start of many other services.
constexpr uint64_t kHeardLimitMicros = 5'000'000;

bool IsListening(int fd) {
  int value = 0;
  socklen_t size = sizeof(value);
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 &&
         value == 1;
}

int64_t MonotonicMicros() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

ServiceManager::ServiceManager(LogSink log)
    : log_(std::move(log)), present_(std::getenv("NOTIFY_SOCKET") != nullptr) {
  uint64_t micros = 0;
  if (sd_watchdog_enabled(0, &micros) > 0) {
    watchdog_interval_ = std::chrono::microseconds(micros);
  }
}

ServiceManager::Passed ServiceManager::TakePassed() {
  Passed passed;
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(1, &names);
  FileDescriptor record;
  std::vector<FileDescriptor> sockets;
  for (int i = 0; i < count; ++i) {
    FileDescriptor fd(SD_LISTEN_FDS_START + i);
    const std::string_view name = names[i];
    if (IsListening(fd.get())) {
      const bool ours =
          name.substr(0, kStoredListener.size()) == kStoredListener;
      passed.listeners.push_back(
          {std::string(name.substr(ours ? kStoredListener.size() : 0)),
           std::move(fd), ours});
    } else if (name != kStoredConnections) {
      log_(
          Severity::kWarning,
          absl::StrFormat("the service manager passed a descriptor '%s', which "
                          "is nothing to listen on: closed",
                          name));
    } else if (sd_is_socket(fd.get(), AF_UNSPEC, SOCK_STREAM, 0) > 0) {
      sockets.push_back(std::move(fd));
    } else {
      record = std::move(fd);
    }
  }
  for (int i = 0; i < count; ++i) std::free(names[i]);
  std::free(names);

  if (record.valid()) {
    auto connections = ReadConnections(record.get(), std::move(sockets));
    if (connections.ok()) {
      passed.connections = std::move(connections->open);
    } else {
      log_(Severity::kWarning,
           absl::StrFormat("connections of the process before are closed: %s",
                           std::string(connections.status().message())));
    }
  }
  if (count > 0) {
    // Otherwise the manager would keep open what is closed here.
    Say(absl::StrFormat("FDSTOREREMOVE=1\nFDNAME=%s", kStoredConnections));
  }
  return passed;
}

void ServiceManager::Ready() { Say("READY=1"); }

void ServiceManager::Reloading() {
  Say(absl::StrFormat("RELOADING=1\nMONOTONIC_USEC=%d", MonotonicMicros()));
}

void ServiceManager::Stopping() { Say("STOPPING=1"); }

void ServiceManager::Status(const std::string& status) {
  if (status == last_status_) return;
  last_status_ = status;
  Say("STATUS=" + status);
}

void ServiceManager::SetMainProcess(pid_t process) {
  Say(absl::StrFormat("MAINPID=%d", process));
  // The manager may not know which service a message of an ended process is
  // from.
  AwaitHeard();
}

void ServiceManager::Alive() { Say("WATCHDOG=1"); }

void ServiceManager::Store(const std::vector<HandedListener>& listeners) {
  for (const HandedListener& listener : listeners) {
    if (!listener.ours) continue;
    const std::string name =
        absl::StrFormat("FDNAME=%s%s", kStoredListener, listener.setting);
    // The manager may hold a socket of earlier settings by that name.
    Say("FDSTOREREMOVE=1\n" + name);
    Say("FDSTORE=1\n" + name, {listener.fd.get()});
  }
}

void ServiceManager::Store(const std::vector<OpenConnection>& connections) {
  if (!present_ || connections.empty()) return;
  const std::string state =
      absl::StrFormat("FDSTORE=1\nFDNAME=%s", kStoredConnections);
  const absl::StatusOr<FileDescriptor> record =
      RecordConnections(connections, /*counts=*/{});
  if (!record.ok()) {
    log_(Severity::kWarning,
         absl::StrFormat("open connections are not kept: %s",
                         std::string(record.status().message())));
    return;
  }
  bool kept = Say(state, {record->get()});
  for (const OpenConnection& connection : connections) {
    kept = kept && Say(state, {connection.fd.get()});
  }
  if (!kept) {
    log_(Severity::kWarning,
         "not all open connections could be given to the service manager");
  }
  AwaitHeard();
}

void ServiceManager::AwaitHeard() const {
  if (present_) sd_notify_barrier(0, kHeardLimitMicros);
}

bool ServiceManager::Say(const std::string& state,
                         const std::vector<int>& fds) const {
  if (!present_) return false;
  return sd_pid_notify_with_fds(0, 0, state.c_str(), fds.data(),
                                static_cast<unsigned>(fds.size())) > 0;
}

}  // namespace groupring::backend
