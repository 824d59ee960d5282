#include "backend/transport/socket_connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

namespace groupring::backend {

SocketConnection::SocketConnection(OpenConnection open, size_t max_unsent,
                                   Workplace* workplace)
    : fd_(std::move(open.fd)),
      protocol_(open.protocol),
      session_(protocol_, LineSession::AfterFault::kClose,
               std::move(open.session), &workplace->exchange),
      max_unsent_(max_unsent),
      workplace_(workplace),
      unsent_(std::move(open.unsent)),
      ending_(open.ending) {}

OpenConnection SocketConnection::Release() {
  return {std::move(fd_), protocol_, session_.Release(), unsent_.substr(sent_),
          ending_};
}

void SocketConnection::MayRead(bool has_ended) {
  unread_ = true;
  ended_ |= has_ended;
}

void SocketConnection::Answer(std::string* answers) {
  if (!unsent_.empty()) SendUnsent();
  if (!unsent_.empty() || ending_ || broken_) return;
  if (session_.HasMore()) {
    session_.Feed({}, kAnswerBytes, answers);
  } else {
    Read(answers);
  }
  if (session_.closed()) Close(session_.close_reason());
}

SocketConnection::State SocketConnection::Deliver(std::string_view answers) {
  // There are none while something of earlier ones is unsent.
  if (!answers.empty()) {
    unsent_ = answers.substr(Send(answers));
    if (unsent_.size() > max_unsent_) {
      broken_ = true;
      Close(
          absl::StrFormat("an answer of %d bytes is not read", answers.size()));
    }
  }
  return Next();
}

void SocketConnection::Read(std::string* answers) {
  std::vector<char>& received = workplace_->received;
  const ssize_t size =
      recv(fd_.get(), received.data(), received.size(), MSG_DONTWAIT);
  unread_ = size == static_cast<ssize_t>(received.size()) ||
            (size >= 0 && ended_) || (size < 0 && errno == EINTR);
  if (size > 0) {
    session_.Feed(std::string_view(received.data(), static_cast<size_t>(size)),
                  kAnswerBytes, answers);
  } else if (size == 0) {
    Close(session_.HasUnfinishedLine() ? "the peer left amid a line" : "");
  } else if (errno != EAGAIN && errno != EINTR) {
    broken_ = true;
  }
}

void SocketConnection::SendUnsent() {
  sent_ += Send(std::string_view(unsent_).substr(sent_));
  if (sent_ < unsent_.size()) return;
  unsent_ = std::string();
  sent_ = 0;
}

// How much of it the peer has taken.
size_t SocketConnection::Send(std::string_view bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t size = send(fd_.get(), bytes.data() + sent,
                              bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size >= 0) {
      sent += static_cast<size_t>(size);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      broken_ = true;  // the peer has left, which is no news
      break;
    }
  }
  return sent;
}

void SocketConnection::Close(std::string reason) {
  ending_ = true;
  complaint_ = std::move(reason);
}

SocketConnection::State SocketConnection::Next() const {
  if (broken_) return State::kClosed;
  if (!unsent_.empty()) return State::kBlocked;
  if (ending_) return State::kClosed;
  return session_.HasMore() || unread_ ? State::kBusy : State::kIdle;
}

std::string SocketConnection::TakeComplaint() {
  if (complaint_.empty()) {
    return session_.TakeFault().value_or(std::string());
  }
  return std::exchange(complaint_, {});
}

}  // namespace groupring::backend
