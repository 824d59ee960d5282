#include "redis/store/link.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

constexpr std::string_view kChannel = "__redis__:invalidate";

// Only shows who we are in CLIENT LIST: Redis may refuse it.
absl::Status NameConnection(Connection* connection, std::string_view name) {
  return connection->Command({"CLIENT", "SETNAME", name}).status();
}

// The refusal of a server that is too old for this or whose user may not.
absl::Status Refusal(const Reply& reply) {
  return reply.is_error() ? StatusOfErrorReply(reply.text) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Link>> Link::Open(
    FoundServer server, const ConnectionTimeouts& timeouts,
    std::atomic<uint64_t>* announced) {
  std::unique_ptr<Link> link(new Link(announced));
  link->data_ = std::move(server.connection);
  link->role_ = std::move(server.role);
  link->endpoint_ = std::move(server.endpoint);
  RETURN_IF_ERROR(NameConnection(link->data_.get(), "groupring-data"));
  RETURN_IF_ERROR(link->RetryTracking(timeouts));
  return link;
}

absl::Status Link::RetryTracking(const ConnectionTimeouts& timeouts) {
  RETURN_IF_ERROR(StartTracking(endpoint_, timeouts));
  if (!tracking_.ok()) invalidation_ = nullptr;
  return absl::OkStatus();
}

absl::Status Link::StartTracking(const Endpoint& endpoint,
                                 const ConnectionTimeouts& timeouts) {
  ASSIGN_OR_RETURN(invalidation_, Connection::Connect(endpoint, timeouts));
  RETURN_IF_ERROR(
      NameConnection(invalidation_.get(), "groupring-invalidations"));

  ASSIGN_OR_RETURN(Reply reply, invalidation_->Command({"CLIENT", "ID"}));
  tracking_ = Refusal(reply);
  if (!tracking_.ok()) return absl::OkStatus();
  invalidation_id_ = std::to_string(reply.integer);

  ASSIGN_OR_RETURN(reply, invalidation_->Command({"SUBSCRIBE", kChannel}));
  tracking_ = Refusal(reply);
  if (!tracking_.ok()) return absl::OkStatus();

  return Announce(mode_);
}

absl::Status Link::StopTracking(absl::Status reason) {
  RETURN_IF_ERROR(data_->Command({"CLIENT", "TRACKING", "OFF"}).status());
  tracking_ = std::move(reason);
  return absl::OkStatus();
}

absl::Status Link::Announce(Announced mode) {
  mode_ = mode;
  // Redis wants to be told to stop before it changes what it announces.
  data_->Append({"CLIENT", "TRACKING", "OFF"});
  if (mode == Announced::kAllWrites) {
    data_->Append(
        {"CLIENT", "TRACKING", "ON", "REDIRECT", invalidation_id_, "BCAST"});
  } else {
    data_->Append({"CLIENT", "TRACKING", "ON", "REDIRECT", invalidation_id_});
  }
  RETURN_IF_ERROR(data_->Read().status());
  ASSIGN_OR_RETURN(const Reply reply, data_->Read());
  tracking_ = Refusal(reply);
  return absl::OkStatus();
}

absl::Status Link::TakeIn(Reply message) {
  // Whatever it is, the peer lives.
  ping_outstanding_ = false;
  if (message.is_error()) return StatusOfErrorReply(message.text);
  // "message", channel, then the keys, or nil for all of them.
  if (message.type != Reply::Type::kArray || message.elements.size() != 3 ||
      message.elements[0].text != "message") {
    return absl::OkStatus();
  }
  Reply& keys = message.elements[2];
  if (keys.type == Reply::Type::kNil && !pending_.flushed) {
    pending_.flushed = true;
    announced_->fetch_add(1);
  }
  for (Reply& key : keys.elements) {
    if (mode_ == Announced::kAllWrites && !IsFollowedKey(key.text)) {
      ++foreign_keys_;
      continue;
    }
    pending_.keys.push_back(std::move(key.text));
    announced_->fetch_add(1);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Link::Wait(std::chrono::nanoseconds limit, int wakeup_fd) {
  const int64_t left = std::max<int64_t>(0, limit.count());
  timespec timeout{};
  timeout.tv_sec = left / 1'000'000'000;
  timeout.tv_nsec = left % 1'000'000'000;
  pollfd fds[] = {{wakeup_fd, POLLIN, 0},
                  {data_->fd(), POLLIN, 0},
                  // poll passes over -1.
                  {invalidation_ ? invalidation_->fd() : -1, POLLIN, 0}};
  if (ppoll(fds, std::size(fds), &timeout, nullptr) < 0 && errno != EINTR) {
    return absl::InternalError("ppoll failed");
  }
  if (fds[1].revents != 0) {
    // Nobody asked for anything: Redis closes the connection, or says why.
    ASSIGN_OR_RETURN(const std::optional<Reply> message,
                     data_->ReadAvailable());
    if (message && message->is_error()) {
      return StatusOfErrorReply(message->text);
    }
  }
  if (fds[2].revents != 0) RETURN_IF_ERROR(Drain());
  return fds[0].revents != 0;
}

absl::Status Link::Drain() {
  if (invalidation_ == nullptr) return absl::OkStatus();
  while (true) {
    ASSIGN_OR_RETURN(std::optional<Reply> message,
                     invalidation_->ReadAvailable());
    if (!message) return absl::OkStatus();
    RETURN_IF_ERROR(TakeIn(*std::move(message)));
  }
}

absl::Status Link::Sync() {
  if (invalidation_ == nullptr) return absl::OkStatus();
  // Replies and announcements come in the order of their causes.
  const std::string token = absl::StrFormat("sync-%d", ++syncs_);
  invalidation_->Append({"PING", token});
  while (true) {
    ASSIGN_OR_RETURN(Reply message, invalidation_->Read());
    const bool is_ours =
        message.elements.size() == 2 && message.elements[1].text == token;
    RETURN_IF_ERROR(TakeIn(std::move(message)));
    if (is_ours) return absl::OkStatus();
  }
}

absl::Status Link::CheckAlive(std::chrono::steady_clock::time_point now) {
  if (invalidation_ == nullptr) return absl::OkStatus();
  if (!ping_outstanding_) {
    invalidation_->Append({"PING"});
    ping_outstanding_ = true;
    ping_deadline_ = now + invalidation_->command_timeout();
    return absl::OkStatus();
  }
  if (now < ping_deadline_) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrFormat(
      "the connection for invalidations did not answer within %d ms",
      invalidation_->command_timeout().count()));
}

absl::StatusOr<bool> Link::WasFlushed() {
  if (tracking_.ok()) {
    // That it was may be announced after the reply that shows it, behind any
    // number of keys.
    RETURN_IF_ERROR(Sync());
    return pending_.flushed;
  }
  ASSIGN_OR_RETURN(const Reply size, data_->Command({"DBSIZE"}));
  return size.type == Reply::Type::kInteger && size.integer == 0;
}

}  // namespace groupring::redis
