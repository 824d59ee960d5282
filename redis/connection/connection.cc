#include "redis/connection/connection.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#ifdef GROUPRING_HIREDIS_TLS
#include <hiredis/hiredis_ssl.h>
#endif
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "redis/base/connect.h"
#include "redis/base/errno_status.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/connection/reply_objects.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct FreeContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
using ContextPtr = std::unique_ptr<redisContext, FreeContext>;

}  // namespace

// The hiredis context and the bytes that wait to be sent.
class Connection::Wire {
 public:
  Wire(ContextPtr context, std::string where, bool tls, milliseconds timeout)
      : context_(std::move(context)),
        where_(std::move(where)),
        tls_(tls),
        timeout_(timeout) {}

  int fd() const { return context_->fd; }
  milliseconds timeout() const { return timeout_; }

  void Append(std::span<const std::string_view> words) {
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    for (std::string_view word : words) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    char* command = nullptr;
    const auto size = redisFormatCommandArgv(
        &command, static_cast<int>(words.size()), texts.data(), sizes.data());
    if (size < 0) return;  // out of memory; the missing reply times out
    if (tls_) {
      redisAppendFormattedCommand(context_.get(), command,
                                  static_cast<size_t>(size));
      tls_unsent_ = true;
    } else {
      unsent_.append(command, static_cast<size_t>(size));
    }
    redisFreeCommand(command);
  }

  void Observe(std::function<void()> on_reply, const std::atomic<bool>* stop) {
    on_reply_ = std::move(on_reply);
    stop_ = stop;
  }

  absl::StatusOr<Reply> Read() {
    const Deadline deadline = steady_clock::now() + timeout_;
    if (stop_ != nullptr && stop_->load()) {
      return absl::CancelledError("stopping");
    }
    while (true) {
      ASSIGN_OR_RETURN(std::optional<Reply> reply, Step());
      if (reply) return *std::move(reply);
      const short events =
          has_unsent() ? static_cast<short>(POLLIN | POLLOUT) : POLLIN;
      const absl::Status ready = WaitFor(fd(), events, deadline);
      if (absl::IsDeadlineExceeded(ready)) {
        return absl::DeadlineExceededError(absl::StrFormat(
            "%s did not answer within %d ms", where_, timeout_.count()));
      }
      if (!ready.ok()) return Lost(std::string(ready.message()));
    }
  }

  // One reply, from what has arrived before or else from what can be read now.
  absl::StatusOr<std::optional<Reply>> Step() {
    absl::StatusOr<std::optional<Reply>> reply = TakeReply();
    if (!reply.ok() || reply->has_value()) return reply;
    RETURN_IF_ERROR(Send());
    // An OpenSSL that holds decrypted bytes leaves nothing to poll for, so
    // reading goes on until it brings nothing more.
    while (true) {
      const size_t before = context_->reader->len;
      if (redisBufferRead(context_.get()) != REDIS_OK) {
        return Lost(context_->errstr);
      }
      const bool brought_some = context_->reader->len != before;
      reply = TakeReply();
      if (!reply.ok() || reply->has_value() || !brought_some) return reply;
    }
  }

 private:
  bool has_unsent() const {
    return tls_ ? tls_unsent_ : sent_ < unsent_.size();
  }

  absl::Status Lost(const std::string& why) const {
    return absl::UnavailableError(
        absl::StrFormat("connection to %s lost: %s", where_, why));
  }

  absl::StatusOr<std::optional<Reply>> TakeReply() {
    void* raw = nullptr;
    if (redisReaderGetReply(context_->reader, &raw) != REDIS_OK) {
      return Lost(absl::StrFormat("what arrives is no Redis protocol: %s",
                                  context_->reader->errstr));
    }
    if (raw == nullptr) return std::optional<Reply>();
    if (on_reply_) on_reply_();
    const std::unique_ptr<Reply> reply(static_cast<Reply*>(raw));
    return std::optional<Reply>(std::move(*reply));
  }

  // As much as the socket takes now.
  absl::Status Send() {
    if (tls_) {
      int done = 1;
      if (tls_unsent_ && redisBufferWrite(context_.get(), &done) != REDIS_OK) {
        return Lost(context_->errstr);
      }
      tls_unsent_ = done == 0;
      return absl::OkStatus();
    }
    while (sent_ < unsent_.size()) {
      const ssize_t count = send(fd(), unsent_.data() + sent_,
                                 unsent_.size() - sent_, MSG_NOSIGNAL);
      if (count >= 0) {
        sent_ += static_cast<size_t>(count);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return absl::OkStatus();
      } else if (errno != EINTR) {
        return Lost(ErrnoText(errno));
      }
    }
    unsent_.clear();
    sent_ = 0;
    return absl::OkStatus();
  }

  const ContextPtr context_;
  const std::string where_;
  const bool tls_;
  const milliseconds timeout_;
  std::function<void()> on_reply_;           // may be empty
  const std::atomic<bool>* stop_ = nullptr;  // may be null
  std::string unsent_;  // without TLS: bytes from sent_ on wait
  size_t sent_ = 0;
  bool tls_unsent_ = false;  // with TLS: the context's own buffer holds some
};

namespace {

#ifdef GROUPRING_HIREDIS_TLS
const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

absl::Status StartTls(const Endpoint& endpoint, redisContext* context,
                      milliseconds timeout) {
  static const int initialised = redisInitOpenSSL();
  static_cast<void>(initialised);
  const std::string& name = endpoint.tls_server_name.empty()
                                ? endpoint.host
                                : endpoint.tls_server_name;
  redisSSLContextError error = REDIS_SSL_CTX_NONE;
  const std::unique_ptr<redisSSLContext, void (*)(redisSSLContext*)> tls(
      redisCreateSSLContext(
          OrNull(endpoint.tls_ca_file),
          endpoint.tls_ca_file.empty() ? "/etc/ssl/certs" : nullptr,
          OrNull(endpoint.tls_cert_file), OrNull(endpoint.tls_key_file),
          OrNull(name), &error),
      redisFreeSSLContext);
  if (tls == nullptr) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "TLS to %s: %s", endpoint.Display(), redisSSLContextGetError(error)));
  }
  // The handshake is several reads and writes: blocking, each with a limit.
  timeval limit{};
  limit.tv_sec = timeout.count() / 1000;
  limit.tv_usec = timeout.count() % 1000 * 1000;
  setsockopt(context->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(context->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  fcntl(context->fd, F_SETFL, 0);
  context->flags |= REDIS_BLOCK;
  const bool ok = redisInitiateSSLWithContext(context, tls.get()) == REDIS_OK;
  context->flags &= ~REDIS_BLOCK;
  fcntl(context->fd, F_SETFL, O_NONBLOCK);
  if (!ok) {
    return absl::UnavailableError(
        absl::StrFormat("TLS to %s: %s", endpoint.Display(), context->errstr));
  }
  return absl::OkStatus();
}
#endif

absl::Status Prefixed(const Endpoint& endpoint, const absl::Status& status) {
  return {status.code(), absl::StrFormat("%s: %s", endpoint.Display(),
                                         std::string(status.message()))};
}

// Authenticates and selects the database.
absl::Status LogIn(const Endpoint& endpoint, Connection* connection) {
  if (!endpoint.password.empty()) {
    ASSIGN_OR_RETURN(
        const Reply reply,
        endpoint.user.empty()
            ? connection->Command({"AUTH", endpoint.password})
            : connection->Command({"AUTH", endpoint.user, endpoint.password}));
    if (reply.is_error()) {
      return Prefixed(endpoint, StatusOfAuthError(reply.text));
    }
  }
  if (endpoint.is_sentinel) return absl::OkStatus();
  // Also asked for database 0: a server that wants a password says so here.
  ASSIGN_OR_RETURN(
      const Reply reply,
      connection->Command({"SELECT", std::to_string(endpoint.database)}));
  if (!reply.is_error()) return absl::OkStatus();
  if (reply.text.find("out of range") != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: Redis has no database %d; `databases` in redis.conf says how "
        "many there are",
        endpoint.Display(), endpoint.database));
  }
  const absl::Status status = StatusOfErrorReply(reply.text);
  if (endpoint.database == 0 && absl::IsPermissionDenied(status)) {
    return absl::OkStatus();  // it is selected without asking
  }
  return Prefixed(endpoint, status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Connect(
    const Endpoint& endpoint, const ConnectionTimeouts& timeouts) {
#ifndef GROUPRING_HIREDIS_TLS
  if (endpoint.tls) {
    return absl::UnimplementedError(absl::StrFormat(
        "TLS to %s: this program was built with a hiredis without TLS; build "
        "it where hiredis 1.0 or newer with hiredis_ssl is installed (Debian "
        "13), or let a local stunnel or a unix socket carry the connection",
        endpoint.Display()));
  }
#endif
  const Deadline deadline = steady_clock::now() + timeouts.connect;
  absl::StatusOr<FileDescriptor> fd =
      endpoint.unix_path.empty()
          ? ConnectTcp(endpoint.host, endpoint.port, deadline)
          : ConnectUnix(endpoint.unix_path, deadline);
  if (!fd.ok()) {
    return absl::Status(
        fd.status().code(),
        absl::StrFormat("cannot connect to %s: %s", endpoint.Display(),
                        std::string(fd.status().message())));
  }
  ContextPtr context(redisConnectFd(fd->get()));
  if (context == nullptr) return absl::ResourceExhaustedError("out of memory");
  fd->Release();  // the context closes it
  context->flags &= ~REDIS_BLOCK;
  context->reader->fn = ReplyObjects();
#ifdef GROUPRING_HIREDIS_TLS
  if (endpoint.tls) {
    RETURN_IF_ERROR(StartTls(endpoint, context.get(), timeouts.connect));
  }
#endif
  std::unique_ptr<Connection> connection(new Connection(std::make_unique<Wire>(
      std::move(context), endpoint.Display(), endpoint.tls, timeouts.command)));
  RETURN_IF_ERROR(LogIn(endpoint, connection.get()));
  return connection;
}

Connection::Connection(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
Connection::~Connection() = default;

absl::StatusOr<Reply> Connection::Command(
    std::initializer_list<std::string_view> words) {
  return Command(std::span(words.begin(), words.size()));
}

absl::StatusOr<Reply> Connection::Command(
    std::span<const std::string_view> words) {
  wire_->Append(words);
  return wire_->Read();
}

void Connection::Append(std::initializer_list<std::string_view> words) {
  wire_->Append(std::span(words.begin(), words.size()));
}

void Connection::Append(std::span<const std::string_view> words) {
  wire_->Append(words);
}

absl::StatusOr<Reply> Connection::Read() { return wire_->Read(); }

absl::StatusOr<std::optional<Reply>> Connection::ReadAvailable() {
  return wire_->Step();
}

void Connection::Observe(std::function<void()> on_reply,
                         const std::atomic<bool>* stop) {
  wire_->Observe(std::move(on_reply), stop);
}

int Connection::fd() const { return wire_->fd(); }

milliseconds Connection::command_timeout() const { return wire_->timeout(); }

}  // namespace groupring::redis
