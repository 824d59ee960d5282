// The pages and metrics of an embedded node, over HTTP.
#ifndef GROUPRING_BACKEND_EMBEDDED_PAGES_SERVER_H_
#define GROUPRING_BACKEND_EMBEDDED_PAGES_SERVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "backend/node/node.h"
#include "backend/transport/socket_server.h"
#include "redis/base/log.h"

namespace groupring::backend {

// Listens where [embedded] http says and serves on threads of its own, from now
// on. The node, `clock` and `log` outlive it. Null: nothing is to be served. An
// error names the setting: another process listens there, for example.
absl::StatusOr<std::unique_ptr<SocketServer>> ServePages(Node* node,
                                                         const LogSink& log);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_EMBEDDED_PAGES_SERVER_H_
