#include "redis/store/link.h"

#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/connection/error_reply.h"

namespace groupring::redis {
namespace {

constexpr std::string_view kChannel = "__redis__:invalidate";

// A command that only shows who we are in CLIENT LIST; it may fail.
absl::Status NameConnection(Connection* connection, std::string_view name) {
  return connection->Command({"CLIENT", "SETNAME", name}).status();
}

// The refusal of a server that is too old for this or whose user may not.
absl::Status Refusal(const Reply& reply) {
  return reply.is_error() ? StatusOfErrorReply(reply.text) : absl::OkStatus();
}

void AddInvalidation(Reply message, Invalidations* invalidations) {
  // "message", channel, then the keys, or nil for all of them.
  if (message.type != Reply::Type::kArray || message.elements.size() != 3 ||
      message.elements[0].text != "message") {
    return;
  }
  Reply& keys = message.elements[2];
  if (keys.type == Reply::Type::kNil) invalidations->flushed = true;
  for (Reply& key : keys.elements) {
    invalidations->keys.push_back(std::move(key.text));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Link>> Link::Open(
    std::unique_ptr<Connection> data, const Endpoint& endpoint,
    const ConnectionTimeouts& timeouts) {
  std::unique_ptr<Link> link(new Link());
  link->data_ = std::move(data);
  absl::Status status = NameConnection(link->data_.get(), "groupring-data");
  if (!status.ok()) return status;
  status = link->StartTracking(endpoint, timeouts);
  if (!status.ok()) return status;
  if (!link->tracking_.ok()) link->invalidation_ = nullptr;
  return link;
}

absl::Status Link::StartTracking(const Endpoint& endpoint,
                                 const ConnectionTimeouts& timeouts) {
  absl::StatusOr<std::unique_ptr<Connection>> second =
      Connection::Connect(endpoint, timeouts);
  if (!second.ok()) return second.status();
  invalidation_ = *std::move(second);
  const absl::Status named =
      NameConnection(invalidation_.get(), "groupring-invalidations");
  if (!named.ok()) return named;

  absl::StatusOr<Reply> reply = invalidation_->Command({"CLIENT", "ID"});
  if (!reply.ok()) return reply.status();
  tracking_ = Refusal(*reply);
  if (!tracking_.ok()) return absl::OkStatus();
  const std::string id = std::to_string(reply->integer);

  reply = invalidation_->Command({"SUBSCRIBE", kChannel});
  if (!reply.ok()) return reply.status();
  tracking_ = Refusal(*reply);
  if (!tracking_.ok()) return absl::OkStatus();

  reply = data_->Command({"CLIENT", "TRACKING", "ON", "REDIRECT", id});
  if (!reply.ok()) return reply.status();
  tracking_ = Refusal(*reply);
  return absl::OkStatus();
}

int Link::invalidation_fd() const {
  return invalidation_ == nullptr ? -1 : invalidation_->fd();
}

absl::Status Link::Drain(Invalidations* invalidations) {
  if (invalidation_ == nullptr) return absl::OkStatus();
  while (true) {
    absl::StatusOr<std::optional<Reply>> message =
        invalidation_->ReadAvailable();
    if (!message.ok()) return message.status();
    if (!message->has_value()) return absl::OkStatus();
    // Whatever it is, the peer lives.
    ping_outstanding_ = false;
    if ((*message)->is_error()) return StatusOfErrorReply((*message)->text);
    AddInvalidation(**std::move(message), invalidations);
  }
}

absl::Status Link::Sync(Invalidations* invalidations) {
  if (invalidation_ == nullptr) return absl::OkStatus();
  // Replies and announcements come in the order of their causes.
  const std::string token = absl::StrFormat("sync-%d", ++syncs_);
  invalidation_->Append({"PING", token});
  while (true) {
    absl::StatusOr<Reply> message = invalidation_->Read();
    if (!message.ok()) return message.status();
    ping_outstanding_ = false;
    if (message->is_error()) return StatusOfErrorReply(message->text);
    if (message->elements.size() == 2 && message->elements[1].text == token) {
      return absl::OkStatus();
    }
    AddInvalidation(*std::move(message), invalidations);
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

}  // namespace groupring::redis
