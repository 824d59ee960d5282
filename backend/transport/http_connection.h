// Serves the requests of one HTTP connection, one after another.
#ifndef GROUPRING_BACKEND_TRANSPORT_HTTP_CONNECTION_H_
#define GROUPRING_BACKEND_TRANSPORT_HTTP_CONNECTION_H_

#include <cstddef>
#include <functional>
#include <string>

#include "backend/protocol/handler.h"
#include "backend/transport/http_router.h"
#include "backend/transport/http_socket.h"

namespace groupring::backend {

// Request line and headers together.
inline constexpr size_t kMaxHttpHeadBytes = size_t{16} << 10;
inline constexpr size_t kMaxHttpBodyBytes = size_t{1} << 20;

// Sends first what has been written to the socket before. Returns false when
// the peer has left, wants to, or has sent what is no HTTP: the connection is
// then to be closed; true when serving was suspended and another server may go
// on with it. Blocks the calling thread. `complain` gets what the log should
// say.
bool ServeHttpConnection(
    HttpSocket* socket, const HttpRouter& router, Handler* handler,
    const std::function<void(const std::string&)>& complain);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_HTTP_CONNECTION_H_
