// Serves line-based protocols to many peers on unix sockets.
#ifndef GROUPRING_BACKEND_TRANSPORT_SOCKET_SERVER_H_
#define GROUPRING_BACKEND_TRANSPORT_SOCKET_SERVER_H_

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "backend/protocol/handler.h"
#include "backend/protocol/line_session.h"
#include "backend/transport/socket_loop.h"
#include "backend/transport/unix_listener.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

struct SocketServerOptions {
  // Each answers on the connections that it accepted. One is enough for what
  // PowerDNS asks for with a handful of threads.
  int threads = 1;
  // PowerDNS opens one for each of its threads and a few passing ones. What
  // comes on top is closed at once.
  size_t max_connections = 1024;
  // An answer that the peer does not read; must hold the longest listing.
  size_t max_unsent_bytes = size_t{64} << 20;
};

// A peer that sends garbage, too long a line, or nothing ever costs itself its
// connection or nobody anything; the log gets one line, limited in their rate.
// Idle connections are kept for ever.
//
// Listen, then Start, then Stop (or the destructor), by one thread.
class SocketServer {
 public:
  // The factory and the clock outlive the server.
  SocketServer(const SocketServerOptions& options, HandlerFactory* handlers,
               const Clock* clock, LogSink log);
  ~SocketServer();

  void Listen(UnixListener listener, LineSession::Protocol protocol);

  // Begins to serve. kResourceExhausted: no descriptors, no threads.
  absl::Status Start();

  // Closes all connections and, with their files, the listening sockets.
  void Stop();

  // How many are open. Any thread.
  size_t connections() const { return shared_.connections; }

 private:
  const int threads_wanted_;
  HandlerFactory* const handlers_;
  SocketLoopShared shared_;
  std::vector<ServedListener> listeners_;
  std::vector<std::unique_ptr<SocketLoop>> loops_;
  std::vector<std::thread> threads_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_SOCKET_SERVER_H_
