// The pages and metrics of an embedded node, over HTTP.
#ifndef GROUPRING_BACKEND_EMBEDDED_PAGES_SERVER_H_
#define GROUPRING_BACKEND_EMBEDDED_PAGES_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "backend/node/node.h"
#include "backend/transport/socket_server.h"
#include "redis/base/log.h"
#include "redis/base/worker_thread.h"

namespace groupring::backend {

// Listens where [embedded] http says. Start and Stop are called by one thread.
class PagesServer {
 public:
  // The node outlives it.
  PagesServer(Node* node, LogSink log);
  ~PagesServer();  // stops

  // Serves from now on, on threads of its own, and returns at once. Where that
  // is not possible, since another process listens there for example, the
  // reason is logged and it is tried again until it is. Does nothing where the
  // setting is empty.
  void Start();

  // Idempotent.
  void Stop();

 private:
  void Run();
  absl::Status Serve();

  Node* const node_;
  const LogSink log_;
  const std::string address_;
  // Of the thread, until it has ended.
  std::unique_ptr<SocketServer> server_;
  WorkerThread thread_{"pages-start"};
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_EMBEDDED_PAGES_SERVER_H_
