// Serves many peers on unix and TCP sockets.
#ifndef GROUPRING_BACKEND_TRANSPORT_SOCKET_SERVER_H_
#define GROUPRING_BACKEND_TRANSPORT_SOCKET_SERVER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "backend/protocol/handler.h"
#include "backend/protocol/http_router.h"
#include "backend/protocol/stream_session.h"
#include "backend/transport/listening_socket.h"
#include "backend/transport/socket_loop.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

struct SocketServerOptions {
  // Each answers on its equal part of the connections.
  int threads = 1;
  // PowerDNS opens one for each of its threads and a few passing ones.
  // Connections beyond these limits are closed at once. On HTTP, and on HTTP
  // for pages only, the peer that has been idle for longest is closed to make
  // room, unless it has sent requests of PowerDNS; if there is none, the new
  // peer gets a 503.
  size_t max_connections = 1024;
  size_t max_http_connections = 512;
  // An answer on a connection of lines that the peer does not read; must hold
  // the longest listing.
  size_t max_unsent_bytes = size_t{64} << 20;
  // Memory for answers that take long, counted from their beginning until the
  // peer has received them; the last quarter is reserved for PowerDNS. An
  // answer is refused if `memory_for_one` cannot be reserved for it.
  size_t answer_memory = size_t{64} << 20;
  size_t memory_for_one = size_t{8} << 20;
  // On HTTP: from the first byte of a request to its last, and for a peer to
  // read a response.
  std::chrono::milliseconds http_timeout{5000};
  // For a peer to read an answer on a connection of lines.
  std::chrono::milliseconds reading_time{30000};
  // On HTTP: between two requests of a peer that has not asked what PowerDNS
  // asks. Prometheus keeps its connections for a minute.
  std::chrono::milliseconds idle_time{70000};
  // Names in Host headers besides addresses and "localhost".
  std::vector<std::string> host_names;
};

// A peer that sends garbage or too long a request loses its connection; the log
// gets one line, and a limited number of them. Idle connections are kept for
// ever where PowerDNS' requests were seen.
//
// Listen, Adopt and routes, then Start, then Stop (or the destructor), by one
// thread. Between Suspend and another Start nothing is accepted, read or
// written.
class SocketServer {
 public:
  // The factory and the clock outlive the server.
  SocketServer(const SocketServerOptions& options, HandlerFactory* handlers,
               const Clock* clock, const LogSink& log);
  ~SocketServer();

  void Listen(ListeningSocket socket, Protocol protocol);

  // For the routes of pages besides what PowerDNS asks (kHttp), and of a
  // listener for pages only (kPages). They are called by threads of their own,
  // so that a slow one delays only other pages.
  HttpRouter& router() { return router_; }
  HttpRouter& pages_router() { return pages_router_; }

  // Goes on with what another server left, once started. Connections of a
  // protocol that no listener speaks are closed.
  void Adopt(OpenConnection open);

  // Gets all that Start needs but its threads. kResourceExhausted: no
  // descriptors.
  absl::Status Prepare();

  // Begins to serve. kResourceExhausted: no descriptors, no threads.
  absl::Status Start();

  // Stops serving, at once, and gives up the open connections. The listening
  // sockets stay open.
  std::vector<OpenConnection> Suspend();

  // Between Suspend and Start: sockets of listeners() have been opened again.
  absl::Status WatchReopened();

  // In the order of Listen. Who owns their files may be changed, and between
  // Suspend and Start they may be opened again.
  std::vector<ServedListener>& listeners() { return listeners_; }

  // Closes all connections and, with their files, the listening sockets. Waits
  // for pages in the making.
  void Stop();

  // For a watchdog; any thread. Wake makes each loop turn once; turns() is the
  // turn count of the loop with the fewest.
  void Wake();
  uint64_t turns() const;

  // Taken of the memory for answers. Any thread.
  size_t answer_memory_used() const { return shared_.memory.used(); }

  // How many are open. Any thread.
  size_t connections() const {
    return shared_.lines.open + shared_.http.open + shared_.pages.open;
  }

 private:
  void JoinThreads();

  const int threads_wanted_;
  HandlerFactory* const handlers_;
  HttpRouter router_;
  HttpRouter pages_router_;
  SocketLoopShared shared_;
  std::vector<ServedListener> listeners_;
  std::vector<OpenConnection> adopted_;
  std::vector<std::unique_ptr<SocketLoop>> loops_;
  std::vector<std::thread> threads_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_SOCKET_SERVER_H_
