// One connection to a Redis server, which sends commands and reads replies,
// each within a deadline.
#ifndef GROUPRING_REDIS_CONNECTION_CONNECTION_H_
#define GROUPRING_REDIS_CONNECTION_CONNECTION_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/location.h"
#include "redis/connection/packed_texts.h"
#include "redis/connection/reply.h"

struct redisContext;

namespace groupring::redis {

struct ConnectionTimeouts {
  std::chrono::milliseconds connect{1000};
  std::chrono::milliseconds command{1000};
};

// Whether an operation failed because its connection is broken. It may
// succeed on another one, at once or when Redis is back.
inline bool IsConnectionLost(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

// Not thread-safe. After any error status (as opposed to an error reply from
// Redis) the connection is broken and must not be used again.
//
// Plain connections never raise SIGPIPE. TLS connections can, as OpenSSL
// writes to the socket itself: a program that uses them ignores the signal.
class Connection {
 public:
  // Connects, authenticates and selects the database. Error codes:
  // kUnavailable, kDeadlineExceeded, those of error_reply.h, and kUnimplemented
  // for TLS if hiredis was installed without it. No message contains the
  // password.
  static constexpr int kLongestRead = 30;  // in deadlines of silence

  static absl::StatusOr<std::unique_ptr<Connection>> Connect(
      const Endpoint& endpoint, const ConnectionTimeouts& timeouts);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends one command and waits for its reply, which may be an error.
  // REQUIRES: no reply is outstanding.
  absl::StatusOr<Reply> Command(std::initializer_list<std::string_view> words);
  absl::StatusOr<Reply> Command(std::span<const std::string_view> words);

  // Likewise, for a reply that is an array with a long array in it (SCAN): the
  // texts of the inner one are added to *texts, and are no part of the reply.
  absl::StatusOr<Reply> Command(std::initializer_list<std::string_view> words,
                                PackedTexts* texts);

  // A pipeline: Append the commands, then Read as many replies. Each Read sends
  // what has not been sent, and fails when nothing arrives for the time of the
  // deadline: a long reply may take longer, up to kLongestRead of it.
  void Append(std::initializer_list<std::string_view> words);
  void Append(std::span<const std::string_view> words);
  absl::StatusOr<Reply> Read();
  // As Command with *texts does.
  absl::StatusOr<Reply> Read(PackedTexts* texts);
  // Sends as much of what was appended as the socket accepts now, so that Redis
  // works on it while the caller does something else.
  absl::Status Send();

  // For a connection on which Redis sends messages. Sends what was appended, as
  // far as possible, and returns one message that has already arrived; nothing
  // if none is complete. Never waits.
  absl::StatusOr<std::optional<Reply>> ReadAvailable();

  // For a long series of reads: from now on `on_reply` is called for each reply
  // that arrives, and Read fails with kCancelled once *stop is true. `stop`
  // must outlive the connection.
  void Observe(std::function<void()> on_reply, const std::atomic<bool>* stop) {
    on_reply_ = std::move(on_reply);
    stop_ = stop;
  }

  // The descriptor to poll for POLLIN. Owned by the connection.
  int fd() const;

  // How long Redis may be silent while one Read waits.
  std::chrono::milliseconds command_timeout() const { return command_timeout_; }

 private:
  struct FreeContext {
    void operator()(redisContext* context) const;
  };
  using ContextPtr = std::unique_ptr<redisContext, FreeContext>;

  Connection(ContextPtr context, const Endpoint& endpoint,
             std::chrono::milliseconds command_timeout);

  bool has_unsent() const;
  absl::Status LogIn(const Endpoint& endpoint);
  absl::StatusOr<std::optional<Reply>> TakeReply();
  absl::Status Lost(const std::string& why) const;

  const ContextPtr context_;
  const std::string where_;  // for messages
  const bool tls_;
  const std::chrono::milliseconds command_timeout_;
  std::function<void()> on_reply_;           // may be empty
  const std::atomic<bool>* stop_ = nullptr;  // may be null
  std::string unsent_;  // without TLS: bytes from sent_ on wait
  size_t sent_ = 0;
  uint64_t received_ = 0;    // grows with what arrives
  bool tls_unsent_ = false;  // with TLS: the context's own buffer holds some
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_CONNECTION_H_
