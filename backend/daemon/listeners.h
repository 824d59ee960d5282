// What `serve` listens on.
#ifndef GROUPRING_BACKEND_DAEMON_LISTENERS_H_
#define GROUPRING_BACKEND_DAEMON_LISTENERS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/engine/engine.h"
#include "backend/handover/handover.h"
#include "backend/settings/settings.h"
#include "backend/transport/socket_server.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

// Open, then Start, then Stop (or the destructor), by one thread. Suspend and
// Start may follow each other any number of times.
class Listeners {
 public:
  // All outlive the listeners.
  Listeners(Engine* engine, const Clock* clock, LogSink log);
  ~Listeners();

  // Opens what the settings ask for, but uses the sockets of `handed` where
  // they are for the same. When one cannot be opened none is left open, and
  // the error names its setting. Nothing is accepted yet.
  absl::Status Open(const Settings::Listen& settings,
                    std::vector<HandedListener> handed);

  // Serves, and goes on with the connections. From now on the care of all
  // sockets' files is ours, and those that were handed and are not wanted any
  // more are closed.
  absl::Status Start(std::vector<OpenConnection> connections);

  // Stops serving; everything stays open.
  std::vector<OpenConnection> Suspend();

  // Duplicates of the sockets, for a successor or the service manager.
  std::vector<HandedListener> Share() const;

  // Another process has the care of the sockets' files from now on.
  void LeaveFiles();

  // Closes all connections and sockets.
  void Stop();

  // The control socket; -1: there is none.
  int control() const { return control_ ? control_->fd() : -1; }

  // Asks all that serves for a sign of life; and how often the part that
  // turned least has done so. Any thread, between Start and Stop.
  void Wake();
  uint64_t turns() const;

 private:
  using Handed = std::vector<HandedListener>;

  absl::Status OpenServed(const Settings::Listen& settings);
  absl::Status OpenControl(const Settings::Listen& settings);
  absl::StatusOr<UnixListener> TakeOrOpen(const char* setting,
                                          const UnixListenerOptions& options);
  absl::StatusOr<TcpListener> TakeOrOpen(const std::string& endpoint);

  Engine* const engine_;
  const Clock* const clock_;
  const LogSink log_;
  Handed handed_;                  // not taken so far
  std::set<std::string> taken_;    // settings whose files are to be ours
  std::set<std::string> foreign_;  // settings whose sockets are not ours
  std::unique_ptr<SocketServer> server_;
  std::optional<UnixListener> control_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_LISTENERS_H_
