// Talks to the service manager (systemd) that runs this process, if one does.
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

// Without a service manager everything does nothing. Made once; one thread.
class ServiceManager {
 public:
  explicit ServiceManager(LogSink log);

  // Whether it hears of this process at all.
  bool present() const { return present_; }

  struct Passed {
    std::vector<HandedListener> listeners;
    std::vector<OpenConnection> connections;
  };
  // The sockets that it opened for us, and what Store gave it before the
  // last end. Once; children do not get them.
  Passed TakePassed();

  void Ready();
  void Reloading();
  void Stopping();
  // What `systemctl status` shows; says it only when it is new.
  void Status(const std::string& status);
  // Another process goes on in our place.
  void SetMainProcess(pid_t process);

  // How often Alive is to be called at least; nothing: never.
  std::optional<std::chrono::microseconds> watchdog_interval() const {
    return watchdog_interval_;
  }
  void Alive();

  // Keeps our own listening sockets open for the next start, whatever this
  // process ends by.
  void Store(const std::vector<HandedListener>& listeners);
  // The same for connections, which nobody serves any more from now on.
  void Store(const std::vector<OpenConnection>& connections);

 private:
  bool Say(const std::string& state, const std::vector<int>& fds = {});
  void AwaitHeard();

  const LogSink log_;
  const bool present_;
  std::optional<std::chrono::microseconds> watchdog_interval_;
  std::string last_status_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_SERVICE_MANAGER_H_
