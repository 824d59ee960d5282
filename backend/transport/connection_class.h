// A class of connections that share limits, and its rule for admission.
#ifndef GROUPRING_BACKEND_TRANSPORT_CONNECTION_CLASS_H_
#define GROUPRING_BACKEND_TRANSPORT_CONNECTION_CLASS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "backend/protocol/stream_session.h"
#include "backend/protocol/traffic_counts.h"

namespace groupring::backend {

// What a peer may do. Times of 0 have no end.
struct ConnectionLimits {
  // An answer that the peer does not take and that is longer closes the
  // connection.
  size_t max_unsent_bytes = SIZE_MAX;
  // From the first byte of a request to its last.
  std::chrono::milliseconds request_time{0};
  // For an answer to be taken.
  std::chrono::milliseconds reading_time{0};
  // Between two requests, unless the peer has asked what PowerDNS asks.
  std::chrono::milliseconds idle_time{0};
  // Before a connection is closed, the peer gets a moment to read all and to
  // close its end: a TCP socket closed with input unread takes the output with
  // it.
  bool linger = false;
};

// All of it is thread-safe.
struct ConnectionClass {
  const size_t most;
  // How many of `most` strangers may not use.
  const size_t reserve;
  const ConnectionLimits limits;
  std::atomic<size_t> open{0};
  // Those of them that have not asked what PowerDNS asks. Of lines, none are.
  std::atomic<size_t> strangers{0};

  // Whether there is no room for a stranger unless another one leaves.
  // `counted`: `open` already includes it.
  bool IsCrowded(bool counted) const {
    return strangers + reserve >= most || open + (counted ? 0 : 1) > most;
  }
};

// What connections, and answers, of a protocol count as. Those that only their
// first line tells count as JSON: there are none on sockets.
TrafficKind KindOf(Protocol protocol);
Transport TransportOf(Protocol protocol);

// How many of `connections` for HTTP are reserved for PowerDNS and watchdogs.
size_t ReserveOf(size_t connections);

// Sends a peer that is refused an HTTP 503, unless that would block.
void SendUnavailable(int fd);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_CONNECTION_CLASS_H_
