#include "backend/transport/http_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_format.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kReadBytes = size_t{16} * 1024;
constexpr size_t kKeptBytes = size_t{64} * 1024;
constexpr milliseconds kLingerTime{1000};

}  // namespace

HttpSocket::HttpSocket(int fd, std::string_view unread,
                       const HttpSuspension* suspension, milliseconds timeout,
                       const Clock* clock)
    : fd_(fd),
      suspension_(suspension),
      timeout_(timeout),
      clock_(clock),
      in_(std::max(kReadBytes, unread.size())),
      end_(unread.size()) {
  std::copy(unread.begin(), unread.end(), in_.begin());
}

HttpSocket::Awaited HttpSocket::AwaitRequest() {
  for (;;) {
    if (suspension_->asked) return Awaited::kSuspended;
    // Some clients send a line end too many after a body.
    while (begin_ < end_ && (in_[begin_] == '\r' || in_[begin_] == '\n')) {
      ++begin_;
    }
    if (begin_ < end_) break;
    // PowerDNS asks again after a millisecond at the earliest: nothing is there
    // yet.
    if (!WaitForInput()) return Awaited::kEnd;
    const ssize_t size = recv(fd_, in_.data(), in_.size(), MSG_DONTWAIT);
    if (size > 0) {
      begin_ = 0;
      end_ = static_cast<size_t>(size);
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
      return Awaited::kEnd;
    }
  }
  deadline_ = clock_->Steady() + timeout_;
  return Awaited::kRequest;
}

std::string HttpSocket::TakeUnread() {
  return std::string(in_.data() + std::exchange(begin_, end_),
                     in_.data() + end_);
}

ssize_t HttpSocket::Read(char* bytes, size_t size) {
  if (begin_ == end_ && !Fill()) return -1;
  if (budget_ == 0) {
    problem_ = "the request is too long";
    return -1;
  }
  size = std::min({size, end_ - begin_, budget_});
  std::copy_n(in_.data() + begin_, size, bytes);
  begin_ += size;
  budget_ -= size;
  return static_cast<ssize_t>(size);
}

bool HttpSocket::Fill() {
  // The peer may wait for what was written before it sends on.
  if (!Flush()) return false;
  for (;;) {
    const ssize_t size = recv(fd_, in_.data(), in_.size(), MSG_DONTWAIT);
    if (size > 0) {
      begin_ = 0;
      end_ = static_cast<size_t>(size);
      return true;
    }
    if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
      problem_ = "the peer left amid a request";
      return false;
    }
    if (errno == EAGAIN && !WaitFor(POLLIN, deadline_)) {
      problem_ =
          absl::StrFormat("a request took longer than %d ms", timeout_.count());
      return false;
    }
  }
}

bool HttpSocket::Flush() {
  const auto deadline = clock_->Steady() + timeout_;
  std::string_view rest = out_;
  while (!rest.empty()) {
    const ssize_t size =
        send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size >= 0) {
      rest.remove_prefix(static_cast<size_t>(size));
    } else if (errno == EAGAIN) {
      if (!WaitFor(POLLOUT, deadline)) {
        problem_ = "a response is not read";
        return false;
      }
    } else if (errno != EINTR) {
      return false;
    }
  }
  out_.clear();
  if (out_.capacity() > kKeptBytes) out_.shrink_to_fit();
  return true;
}

void HttpSocket::Linger() {
  if (shutdown(fd_, SHUT_WR) != 0) return;
  const auto deadline = clock_->Steady() + kLingerTime;
  while (WaitFor(POLLIN, deadline) &&
         recv(fd_, in_.data(), in_.size(), MSG_DONTWAIT) > 0) {
  }
}

// Or for being suspended.
bool HttpSocket::WaitForInput() const {
  pollfd waited[] = {{fd_, POLLIN, 0}, {suspension_->event.get(), POLLIN, 0}};
  for (;;) {
    const int ready = poll(waited, 2, -1);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// false: the deadline is over.
bool HttpSocket::WaitFor(short events, steady_clock::time_point deadline) {
  pollfd waited{fd_, events, 0};
  for (;;) {
    const auto left =
        std::chrono::ceil<milliseconds>(deadline - clock_->Steady());
    if (left.count() <= 0) return false;
    const int ready = poll(&waited, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace groupring::backend
