// Notifications to, and descriptors from, the service manager (systemd) that
// runs this process.
#ifndef GROUPRING_BACKEND_DAEMON_SERVICE_MANAGER_H_
#define GROUPRING_BACKEND_DAEMON_SERVICE_MANAGER_H_

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "backend/handover/handover.h"
#include "backend/transport/open_connection.h"
#include "redis/base/log.h"

namespace groupring::backend {

// Does nothing in a process that no service manager runs. One object in a
// process, used by one thread.
class ServiceManager {
 public:
  explicit ServiceManager(LogSink log);

  // Whether a service manager listens to this process.
  bool present() const { return present_; }

  struct Passed {
    std::vector<HandedListener> listeners;
    std::vector<OpenConnection> connections;
  };
  // The sockets that the manager opened for this process, and those that Store
  // gave it in the process before. To be called once; children do not inherit
  // them.
  Passed TakePassed();

  void Ready();
  void Reloading();
  void Stopping();
  // Sets the line that `systemctl status` shows, if it is a new one.
  void Status(const std::string& status);
  // Another process is the main process of the service from now on.
  void SetMainProcess(pid_t process);

  // The longest time between calls of Alive; nullopt: it need not be called.
  std::optional<std::chrono::microseconds> watchdog_interval() const {
    return watchdog_interval_;
  }
  void Alive();

  // Has the manager keep the listening sockets that groupring opened, for the
  // next process, however this one ends.
  void Store(const std::vector<HandedListener>& listeners);
  // Has the manager keep connections that are no longer served, for the next
  // process.
  void Store(const std::vector<OpenConnection>& connections);

 private:
  bool Say(const std::string& state, const std::vector<int>& fds = {}) const;
  void AwaitHeard() const;

  const LogSink log_;
  const bool present_;
  std::optional<std::chrono::microseconds> watchdog_interval_;
  std::string last_status_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_SERVICE_MANAGER_H_
