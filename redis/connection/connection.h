// One connection to a Redis server: commands out, replies in, each within a
// deadline.
#ifndef GROUPRING_REDIS_CONNECTION_CONNECTION_H_
#define GROUPRING_REDIS_CONNECTION_CONNECTION_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/endpoint.h"
#include "redis/connection/reply.h"

namespace groupring::redis {

struct ConnectionTimeouts {
  std::chrono::milliseconds connect{1000};
  std::chrono::milliseconds command{1000};
};

// Not thread-safe. After any failure (a status, as opposed to an error that
// Redis replied) the connection is of no more use.
//
// Plain connections never raise SIGPIPE. TLS connections can, as OpenSSL
// writes to the socket itself: a program that uses them ignores the signal.
class Connection {
 public:
  // Connects, authenticates and selects the database. The codes of failure:
  // kUnavailable, kDeadlineExceeded, those of error_reply.h, and
  // kUnimplemented for TLS where hiredis was installed without it. No message
  // repeats the password.
  static absl::StatusOr<std::unique_ptr<Connection>> Connect(
      const Endpoint& endpoint, const ConnectionTimeouts& timeouts);
  ~Connection();

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends one command and waits for its reply, which may be an error.
  // REQUIRES: no reply is outstanding.
  absl::StatusOr<Reply> Command(std::initializer_list<std::string_view> words);
  absl::StatusOr<Reply> Command(std::span<const std::string_view> words);

  // A pipeline: Append the commands, then Read as many replies. Each Read has
  // a deadline of its own and sends what has not been sent.
  void Append(std::initializer_list<std::string_view> words);
  void Append(std::span<const std::string_view> words);
  absl::StatusOr<Reply> Read();

  // For a connection that Redis sends messages on: sends what was appended
  // (as far as possible) and returns what has already arrived; nothing when
  // there is no whole message yet. Never waits.
  absl::StatusOr<std::optional<Reply>> ReadAvailable();

  // For a long series of reads: `on_reply` is called for whatever arrives from
  // here on, and Read fails with kCancelled once *stop, which outlives the
  // connection.
  void Observe(std::function<void()> on_reply, const std::atomic<bool>* stop);

  // To poll for POLLIN. Owned by the connection.
  int fd() const;

  // The largest whole wait of one Read.
  std::chrono::milliseconds command_timeout() const;

 private:
  class Wire;
  explicit Connection(std::unique_ptr<Wire> wire);
  std::unique_ptr<Wire> wire_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_CONNECTION_H_
