// The sockets that the daemon listens on, and the servers behind them.
#ifndef GROUPRING_BACKEND_DAEMON_LISTENERS_H_
#define GROUPRING_BACKEND_DAEMON_LISTENERS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/api/status_route.h"
#include "backend/engine/engine.h"
#include "backend/handover/handover.h"
#include "backend/settings/settings.h"
#include "backend/transport/socket_server.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

// Used by one thread: Open, then Start, then Stop (or the destructor). After
// Start, Suspend and Start may follow each other any number of times.
class Listeners {
 public:
  // The engine and the clock, which goes by Redis' time, outlive the listeners.
  Listeners(Engine* engine, const Clock* clock, PageFacts page, LogSink log);
  ~Listeners();

  // Opens the sockets that the settings ask for. A socket of `handed` that is
  // for the same address is used instead of a new one. If one cannot be opened
  // none is left open, and the error names its setting. No connection is
  // accepted yet.
  absl::Status Open(const Settings::Listen& settings,
                    std::vector<HandedListener> handed);

  // Serves new connections and the given ones. From now on these listeners own
  // the files of their sockets. Sockets that were handed over and that no
  // setting asks for are closed.
  absl::Status Start(std::vector<OpenConnection> connections);

  // Stops serving. The sockets stay open, and the caller owns the connections.
  std::vector<OpenConnection> Suspend();

  // Listens again on unix sockets whose files somebody removed. Returns whether
  // there were any; the error says which of them cannot be reached and why.
  // Between Start and Stop, while no handover is under way.
  absl::StatusOr<bool> RestoreFiles();

  // Duplicates of the listening sockets.
  std::vector<HandedListener> Share() const;

  // Another process owns the files of the sockets from now on.
  void LeaveFiles();

  // Closes all connections and sockets.
  void Stop();

  // The control socket; -1: there is none.
  int control() const { return control_ ? control_->fd() : -1; }

  // Wake makes every serving thread turn once; turns() is the turn count of the
  // thread with the fewest. Between Start and Stop, from any thread.
  void Wake();
  uint64_t turns() const;

 private:
  using Handed = std::vector<HandedListener>;

  absl::Status OpenServed(const Settings::Listen& settings);
  absl::Status OpenControl(const Settings::Listen& settings);
  absl::StatusOr<ListeningSocket> TakeOrOpen(const char* setting,
                                             const ListenerOptions& options);

  absl::Status Restore(const char* setting, ListeningSocket* socket);

  Engine* const engine_;
  const Clock* const clock_;
  const PageFacts page_;
  const LogSink log_;
  Handed handed_;                  // that no setting has used so far
  std::set<std::string> taken_;    // settings whose files Start will own
  std::set<std::string> foreign_;  // settings whose sockets others opened
  std::map<std::string, ListenerOptions> options_;  // by setting
  std::unique_ptr<SocketServer> server_;
  std::optional<ListeningSocket> control_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_LISTENERS_H_
