#include "backend/transport/http_front.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "backend/transport/edge_events.h"

namespace groupring::backend {
namespace {

constexpr int kEventsPerTurn = 64;
constexpr size_t kReadBytes = size_t{16} * 1024;
constexpr size_t kKeptBytes = size_t{64} * 1024;

}  // namespace

HttpFront::HttpFront(const HttpRouter* router, std::unique_ptr<Handler> handler,
                     std::atomic<size_t>* open, Leave leave, Complain complain)
    : handler_(std::move(handler)),
      posts_(router, handler_.get()),
      open_(open),
      leave_(std::move(leave)),
      complain_(std::move(complain)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      valid_(epoll_.valid() && wake_.valid() && Watch(wake_.get())),
      in_(kReadBytes) {}

bool HttpFront::Watch(int fd) {
  epoll_event event{};
  event.events = kNewToRead;
  event.data.fd = fd;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

// The descriptor may live on in another process, and then epoll would report it
// here for ever.
void HttpFront::Forget(int fd) {
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void HttpFront::Stop() {
  stopping_ = true;
  Wake();
}

void HttpFront::Wake() {
  const uint64_t one = 1;
  // Can only fail when the counter is full, that is, when it woke up already.
  [[maybe_unused]] const ssize_t size = write(wake_.get(), &one, sizeof(one));
}

void HttpFront::Give(Resting connection) {
  ++connections_;
  {
    const std::lock_guard lock(mutex_);
    given_.push_back(std::move(connection));
  }
  Wake();
}

void HttpFront::TakeGiven() {
  std::vector<Resting> given;
  {
    const std::lock_guard lock(mutex_);
    given.swap(given_);
  }
  for (Resting& connection : given) {
    const int fd = connection.fd.get();
    if (Watch(fd)) {
      peers_[fd] = std::move(connection);
    } else {
      --connections_;
      --*open_;
    }
  }
}

void HttpFront::Run() {
  std::array<epoll_event, kEventsPerTurn> events;
  while (!stopping_) {
    ++turns_;
    const int count =
        epoll_wait(epoll_.get(), events.data(), kEventsPerTurn, /*timeout=*/-1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      const int fd = event.data.fd;
      if (fd == wake_.get()) {
        uint64_t wakes = 0;
        [[maybe_unused]] const ssize_t size = read(fd, &wakes, sizeof(wakes));
        TakeGiven();
        continue;
      }
      const auto peer = peers_.find(fd);
      if (peer == peers_.end() ||
          Serve(&peer->second, HasEnded(event.events))) {
        continue;
      }
      peers_.erase(peer);
      --connections_;
    }
  }
}

// false: it is no longer ours.
bool HttpFront::Serve(Resting* peer, bool ended) {
  const int fd = peer->fd.get();
  ssize_t size = 0;
  do {
    size = recv(fd, in_.data(), in_.size(), MSG_DONTWAIT);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == EAGAIN) return true;
  if (size <= 0) {
    Forget(fd);
    --*open_;
    return false;
  }
  std::string_view unread(in_.data(), static_cast<size_t>(size));
  out_.clear();
  std::string fault;
  unread.remove_prefix(posts_.Answer(unread, &out_, &fault));
  if (!fault.empty()) {
    complain_(peer->endpoint, "answered with an error: " + fault);
  }
  std::string_view unsent = out_;
  if (!unsent.empty()) {
    const ssize_t sent =
        send(fd, unsent.data(), unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    // An error shows again to whoever serves the connection next.
    if (sent > 0) unsent.remove_prefix(static_cast<size_t>(sent));
  }
  const bool more = ended || static_cast<size_t>(size) == in_.size();
  const bool stays = unread.empty() && unsent.empty() && !more;
  if (!stays) {
    Forget(fd);
    leave_({std::move(peer->fd), std::move(peer->endpoint), std::string(unread),
            std::string(unsent)});
  }
  if (out_.capacity() > kKeptBytes) out_ = std::string();
  return stays;
}

std::vector<HttpFront::Resting> HttpFront::Release() {
  std::vector<Resting> released = std::move(given_);
  for (auto& [fd, peer] : peers_) {
    Forget(fd);
    released.push_back(std::move(peer));
  }
  given_.clear();
  peers_.clear();
  *open_ -= connections_.exchange(0);
  stopping_ = false;
  return released;
}

}  // namespace groupring::backend
