#include "backend/transport/connection_class.h"

#include <sys/socket.h>

#include <algorithm>
#include <string>

#include "backend/protocol/http_message.h"

namespace groupring::backend {

size_t ReserveOf(size_t connections) {
  constexpr size_t kReserve = 32;
  return std::min(kReserve, connections / 4);
}

TrafficKind KindOf(Protocol protocol) {
  switch (protocol) {
    case Protocol::kPipeAbi:
      return TrafficKind::kPipeAbi;
    case Protocol::kHttp:
      return TrafficKind::kHttp;
    case Protocol::kPages:
      return TrafficKind::kPages;
    case Protocol::kRemoteJson:
    case Protocol::kByFirstLine:
      break;
  }
  return TrafficKind::kRemoteJson;
}

Transport TransportOf(Protocol protocol) {
  switch (protocol) {
    case Protocol::kPipeAbi:
      return Transport::kPipeAbi;
    case Protocol::kHttp:
    case Protocol::kPages:
      return Transport::kHttp;
    case Protocol::kRemoteJson:
    case Protocol::kByFirstLine:
      break;
  }
  return Transport::kRemoteJson;
}

void SendUnavailable(int fd) {
  const HttpResponse error = HttpError(503, "too many connections");
  std::string message;
  AppendHttpHead(error.status, error.content_type, error.body.size(),
                 /*last=*/true, &message);
  message += error.body;
  [[maybe_unused]] const ssize_t size =
      send(fd, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  shutdown(fd, SHUT_WR);
}

}  // namespace groupring::backend
