#include "redis/connection/connection.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#ifdef GROUPRING_HIREDIS_TLS
#include <hiredis/hiredis_ssl.h>
#endif
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
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
#include "redis/connection/tls.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

#ifdef GROUPRING_HIREDIS_TLS
absl::Status StartTls(const Endpoint& endpoint, redisContext* context,
                      milliseconds timeout) {
  absl::StatusOr<TlsSession> session = NewTlsSession(endpoint);
  if (!session.ok()) {
    return absl::Status(
        session.status().code(),
        absl::StrFormat("TLS to %s: %s", endpoint.Display(),
                        std::string(session.status().message())));
  }
  // The handshake is several reads and writes: blocking, each with a limit.
  timeval limit{};
  limit.tv_sec = timeout.count() / 1000;
  limit.tv_usec = timeout.count() % 1000 * 1000;
  setsockopt(context->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(context->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  fcntl(context->fd, F_SETFL, 0);
  context->flags |= REDIS_BLOCK;
  const bool ok = redisInitiateSSL(context, session->get()) == REDIS_OK;
  context->flags &= ~REDIS_BLOCK;
  fcntl(context->fd, F_SETFL, O_NONBLOCK);
  if (!ok) {
    return absl::UnavailableError(
        absl::StrFormat("TLS to %s: %s", endpoint.Display(),
                        WhyTlsFailed(*session, endpoint, context->errstr)));
  }
  session->release();  // the context frees it
  return absl::OkStatus();
}
#endif

absl::Status Prefixed(const Endpoint& endpoint, const absl::Status& status) {
  return {status.code(), absl::StrFormat("%s: %s", endpoint.Display(),
                                         std::string(status.message()))};
}

}  // namespace

void Connection::FreeContext::operator()(redisContext* context) const {
  redisFree(context);
}

Connection::Connection(ContextPtr context, const Endpoint& endpoint,
                       milliseconds command_timeout)
    : context_(std::move(context)),
      where_(endpoint.Display()),
      tls_(endpoint.tls),
      command_timeout_(command_timeout) {}

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
  std::unique_ptr<Connection> connection(
      new Connection(std::move(context), endpoint, timeouts.command));
  RETURN_IF_ERROR(connection->LogIn(endpoint));
  return connection;
}

// Authenticates and selects the database.
absl::Status Connection::LogIn(const Endpoint& endpoint) {
  if (!endpoint.password.empty()) {
    ASSIGN_OR_RETURN(const Reply reply,
                     endpoint.user.empty()
                         ? Command({"AUTH", endpoint.password})
                         : Command({"AUTH", endpoint.user, endpoint.password}));
    if (reply.is_error()) {
      return Prefixed(endpoint, StatusOfAuthError(reply.text));
    }
  }
  if (endpoint.is_sentinel) return absl::OkStatus();
  // Sent also for database 0: its reply shows whether a password is missing.
  ASSIGN_OR_RETURN(const Reply reply,
                   Command({"SELECT", std::to_string(endpoint.database)}));
  if (!reply.is_error()) return absl::OkStatus();
  if (reply.text.find("out of range") != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: Redis has no database %d; `databases` in redis.conf says how "
        "many there are",
        endpoint.Display(), endpoint.database));
  }
  const absl::Status status = StatusOfErrorReply(reply.text);
  if (endpoint.database == 0 && absl::IsPermissionDenied(status)) {
    return absl::OkStatus();  // database 0 is already selected
  }
  return Prefixed(endpoint, status);
}

absl::StatusOr<Reply> Connection::Command(
    std::initializer_list<std::string_view> words) {
  return Command(std::span(words.begin(), words.size()));
}

absl::StatusOr<Reply> Connection::Command(
    std::span<const std::string_view> words) {
  Append(words);
  return Read();
}

absl::StatusOr<Reply> Connection::Command(
    std::initializer_list<std::string_view> words, PackedTexts* texts) {
  Append(words);
  return Read(texts);
}

void Connection::Append(std::initializer_list<std::string_view> words) {
  Append(std::span(words.begin(), words.size()));
}

void Connection::Append(std::span<const std::string_view> words) {
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

absl::StatusOr<Reply> Connection::Read(PackedTexts* texts) {
  context_->reader->privdata = texts;
  absl::StatusOr<Reply> reply = Read();
  context_->reader->privdata = nullptr;
  return reply;
}

absl::StatusOr<Reply> Connection::Read() {
  const Deadline last = steady_clock::now() + kLongestRead * command_timeout_;
  Deadline deadline = steady_clock::now() + command_timeout_;
  uint64_t received = received_;
  while (true) {
    if (stop_ != nullptr && stop_->load()) {
      return absl::CancelledError("stopping");
    }
    ASSIGN_OR_RETURN(std::optional<Reply> reply, ReadAvailable());
    if (reply) return *std::move(reply);
    if (std::exchange(received, received_) != received_) {
      deadline =
          std::min<Deadline>(last, steady_clock::now() + command_timeout_);
    }
    const short events =
        has_unsent() ? static_cast<short>(POLLIN | POLLOUT) : POLLIN;
    const absl::Status ready = WaitFor(fd(), events, deadline);
    if (absl::IsDeadlineExceeded(ready)) {
      return absl::DeadlineExceededError(absl::StrFormat(
          "%s did not answer within %d ms", where_, command_timeout_.count()));
    }
    if (!ready.ok()) return Lost(std::string(ready.message()));
  }
}

absl::StatusOr<std::optional<Reply>> Connection::ReadAvailable() {
  absl::StatusOr<std::optional<Reply>> reply = TakeReply();
  if (!reply.ok() || reply->has_value()) return reply;
  RETURN_IF_ERROR(Send());
  // Read until nothing more comes: poll does not report decrypted bytes that
  // OpenSSL still holds.
  while (true) {
    const size_t before = context_->reader->len;
    if (redisBufferRead(context_.get()) != REDIS_OK) {
      return Lost(context_->errstr);
    }
    const bool brought_some = context_->reader->len != before;
    if (brought_some) ++received_;
    reply = TakeReply();
    if (!reply.ok() || reply->has_value() || !brought_some) return reply;
  }
}

absl::StatusOr<std::optional<Reply>> Connection::TakeReply() {
  void* raw = nullptr;
  if (redisReaderGetReply(context_->reader, &raw) != REDIS_OK) {
    return Lost(absl::StrFormat("what arrives is no Redis protocol: %s",
                                context_->reader->errstr));
  }
  if (raw == nullptr) return std::optional<Reply>();
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(raw));
  if (on_reply_) on_reply_();
  return std::optional<Reply>(std::move(*reply));
}

absl::Status Connection::Send() {
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

bool Connection::has_unsent() const {
  return tls_ ? tls_unsent_ : sent_ < unsent_.size();
}

absl::Status Connection::Lost(const std::string& why) const {
  return absl::UnavailableError(
      absl::StrFormat("connection to %s lost: %s", where_, why));
}

int Connection::fd() const { return context_->fd; }

}  // namespace groupring::redis
