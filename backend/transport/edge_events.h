// What epoll is asked of a connection that is always read until nothing is
// left.
#ifndef GROUPRING_BACKEND_TRANSPORT_EDGE_EVENTS_H_
#define GROUPRING_BACKEND_TRANSPORT_EDGE_EVENTS_H_

#include <sys/epoll.h>

#include <cstdint>

namespace groupring::backend {

// Reported once for what is new: else epoll would look after every read whether
// something is left. A read that returns less than it had space for has taken
// all (epoll(7), question 9), but the end, of which HasEnded tells.
inline constexpr uint32_t kNewToRead = EPOLLIN | EPOLLRDHUP | EPOLLET;

// Whether the peer sends nothing more than what can be read now.
inline bool HasEnded(uint32_t events) {
  return (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
}

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_EDGE_EVENTS_H_
