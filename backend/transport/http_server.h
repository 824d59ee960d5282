// Serves HTTP/1.1: PowerDNS' remote backend at /dns, and whatever pages are
// added to it.
#ifndef GROUPRING_BACKEND_TRANSPORT_HTTP_SERVER_H_
#define GROUPRING_BACKEND_TRANSPORT_HTTP_SERVER_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "backend/protocol/handler.h"
#include "backend/transport/acceptor.h"
#include "backend/transport/http_front.h"
#include "backend/transport/http_router.h"
#include "backend/transport/http_socket.h"
#include "backend/transport/log_limiter.h"
#include "backend/transport/tcp_listener.h"
#include "redis/base/clock.h"
#include "redis/base/file_descriptor.h"
#include "redis/base/log.h"

namespace groupring::backend {

struct HttpServerOptions {
  // Answer plain posts, each on its equal part of the connections.
  int threads = 1;
  // What comes on top is answered 503 and closed.
  size_t max_connections = 512;
  // From the first byte of a request to its last; and for a peer to read a
  // response. Between requests a connection may rest for ever.
  std::chrono::milliseconds timeout{5000};
  // Names in Host headers besides addresses and "localhost".
  std::vector<std::string> host_names;
};

// A connection between two requests that nobody serves at the moment.
struct OpenHttpConnection {
  FileDescriptor fd;
  std::string unread;  // received, not yet answered
};

// A few threads answer plain posts, as PowerDNS sends them. A connection that
// asks anything else, or in pieces, gets a thread of its own, so that one that
// is slow, stuck or malicious has no effect on another one. Keep-alive without
// a limit of requests.
//
// AddRoute, Listen and Adopt, then Start, then Stop (or the destructor), by one
// thread. Between Suspend and another Start nothing is accepted or answered.
class HttpServer {
 public:
  // The factory and the clock outlive the server.
  HttpServer(const HttpServerOptions& options, HandlerFactory* handlers,
             const Clock* clock, LogSink log);
  ~HttpServer();

  void AddRoute(std::string path, HttpRoute route);
  void Listen(TcpListener listener);

  // Goes on with what another server left, once started.
  void Adopt(OpenHttpConnection open);

  // Begins to serve. kResourceExhausted: no descriptors, no threads.
  absl::Status Start();

  // Stops serving and gives up the open connections. One that takes more than
  // a moment over a request is closed. The listening sockets stay open.
  std::vector<OpenHttpConnection> Suspend();

  // Closes the listening sockets and all connections; waits for requests
  // being answered.
  void Stop();

  const std::vector<TcpListener>& listeners() const { return listeners_; }

  // For a watchdog, any thread: asks for a sign of life; and how often the
  // thread that turned least, of those that all connections share, has done so.
  void Wake();
  uint64_t turns() const;

  // How many are open, with a thread of their own or without. Any thread.
  size_t connections() const { return connections_; }

 private:
  struct Connection {
    HttpFront::Leaving taken;
    std::thread thread;
    std::atomic<bool> ended{false};
    bool suspended = false;  // set before `ended`: it goes on elsewhere
  };

  absl::Status StartFronts();
  void StopFronts();
  void WakeAccepting();
  void StopAccepting();
  void AcceptLoop();
  void Accept(const TcpListener& listener);
  void Refuse(const std::string& endpoint, const std::string& reason);
  void Complain(const std::string& endpoint, const std::string& complaint);
  void Give(HttpFront::Resting connection);
  void Open(HttpFront::Leaving leaving);
  void Serve(Connection* connection);
  void Reap();

  const HttpServerOptions options_;
  HandlerFactory* const handlers_;
  const Clock* const clock_;
  HttpRouter router_;
  LogLimiter complaints_;
  LogLimiter refusals_;

  std::vector<TcpListener> listeners_;
  FileDescriptor wake_;  // an eventfd: a connection has ended, or stopping_
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> turns_{0};
  HttpSuspension suspension_;
  std::atomic<size_t> connections_{0};
  std::thread accept_thread_;
  std::vector<std::unique_ptr<HttpFront>> fronts_;
  std::vector<std::thread> front_threads_;
  Acceptor acceptor_;
  std::vector<OpenHttpConnection> adopted_;

  std::mutex mutex_;
  // Those with a thread of their own. Both are guarded by mutex_.
  std::list<Connection> open_;
  size_t most_open_ = 0;  // since memory was last given back
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_HTTP_SERVER_H_
