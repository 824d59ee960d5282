// The bytes of one HTTP connection, with bounds on their number and on time.
#ifndef GROUPRING_BACKEND_TRANSPORT_HTTP_SOCKET_H_
#define GROUPRING_BACKEND_TRANSPORT_HTTP_SOCKET_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "redis/base/clock.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// Tells all connections of a server at once to stop between two requests.
struct HttpSuspension {
  std::atomic<bool> asked{false};
  FileDescriptor event;  // an eventfd, readable while it is asked for
};

// Blocks in poll() for as long as allowed. What is written is collected and
// sent at once. One thread; another one may shut the socket down meanwhile,
// which ends every wait.
class HttpSocket {
 public:
  // The descriptor is non-blocking and stays the caller's. `unread` was
  // received before. All else outlives it.
  HttpSocket(int fd, std::string_view unread, const HttpSuspension* suspension,
             std::chrono::milliseconds timeout, const Clock* clock);

  enum class Awaited {
    kRequest,
    kEnd,        // there will be none
    kSuspended,  // another server may go on with TakeUnread()
  };

  // Waits, as long as it takes, for a request to begin; from then on it must
  // be complete within the timeout.
  Awaited AwaitRequest();

  std::string TakeUnread();

  // How many bytes of the request may still be read.
  void SetBudget(size_t bytes) { budget_ = bytes; }

  // Up to `size` bytes. -1: the peer is gone, or the time or budget used up.
  ssize_t Read(char* bytes, size_t size);

  // What has been received and not yet read, and taking it as read.
  std::string_view Buffered() const {
    return {in_.data() + begin_, end_ - begin_};
  }
  void Skip(size_t bytes) { begin_ += bytes; }  // REQUIRES: they are buffered

  void Write(std::string_view bytes) { out_.append(bytes); }

  // false: the peer does not take it in time, or is gone.
  bool Flush();

  // Tells the peer that nothing will follow and waits a moment for it to have
  // read all. (A socket closed with input unread takes the output with it.)
  void Linger();

  // Why a Read failed that should not have; empty: it did not, or the peer
  // left between requests.
  const std::string& problem() const { return problem_; }

 private:
  bool Fill();
  bool WaitFor(short events, std::chrono::steady_clock::time_point deadline);
  bool WaitForInput() const;

  const int fd_;
  const HttpSuspension* const suspension_;
  const std::chrono::milliseconds timeout_;
  const Clock* const clock_;
  std::chrono::steady_clock::time_point deadline_;
  size_t budget_ = 0;
  std::vector<char> in_;
  size_t begin_ = 0;  // of what is unread in in_
  size_t end_ = 0;
  std::string out_;
  std::string problem_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_HTTP_SOCKET_H_
