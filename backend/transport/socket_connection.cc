#include "backend/transport/socket_connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

namespace groupring::backend {
namespace {

// So much is answered at a turn before other connections get theirs.
constexpr size_t kAnswerBytes = 64 * 1024;

// An idle connection keeps no more memory than this for its output.
constexpr size_t kKeptBytes = 16 * 1024;

}  // namespace

SocketConnection::SocketConnection(OpenConnection open, size_t max_unsent,
                                   Handler* handler)
    : fd_(std::move(open.fd)),
      protocol_(open.protocol),
      session_(protocol_, LineSession::AfterFault::kClose,
               std::move(open.session), handler),
      max_unsent_(max_unsent),
      out_(std::move(open.unsent)),
      ending_(open.ending) {}

OpenConnection SocketConnection::Release() {
  return {std::move(fd_), protocol_, session_.Release(), out_.substr(written_),
          ending_};
}

SocketConnection::State SocketConnection::Turn(char* scratch) {
  if (!out_.empty() && !Write()) return Next();
  if (!ending_ && !broken_) {
    if (session_.HasMore()) {
      session_.Feed({}, kAnswerBytes, &out_);
    } else if (!Read(scratch)) {
      return Next();
    }
    if (session_.closed()) Close(session_.close_reason());
    Write();
    if (out_.size() - written_ > max_unsent_) {
      broken_ = true;
      Close(absl::StrFormat("an answer of %d bytes is not read", out_.size()));
    }
  }
  return Next();
}

// false: there is nothing to answer.
bool SocketConnection::Read(char* scratch) {
  const ssize_t size = recv(fd_.get(), scratch, kReadBytes, MSG_DONTWAIT);
  if (size > 0) {
    session_.Feed(std::string_view(scratch, static_cast<size_t>(size)),
                  kAnswerBytes, &out_);
    return true;
  }
  if (size == 0) {
    Close(session_.HasUnfinishedLine() ? "the peer left amid a line" : "");
  } else if (errno != EAGAIN && errno != EINTR) {
    broken_ = true;
  }
  return false;
}

// false: the rest must wait, or can never be written.
bool SocketConnection::Write() {
  while (written_ < out_.size()) {
    const ssize_t size =
        send(fd_.get(), out_.data() + written_, out_.size() - written_,
             MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size >= 0) {
      written_ += static_cast<size_t>(size);
    } else if (errno == EAGAIN) {
      return false;
    } else if (errno != EINTR) {
      broken_ = true;  // the peer has left, which is no news
      return false;
    }
  }
  out_.clear();
  written_ = 0;
  if (out_.capacity() > kKeptBytes) out_.shrink_to_fit();
  return true;
}

void SocketConnection::Close(std::string reason) {
  ending_ = true;
  complaint_ = std::move(reason);
}

SocketConnection::State SocketConnection::Next() const {
  if (broken_) return State::kClosed;
  if (!out_.empty()) return State::kBlocked;
  if (ending_) return State::kClosed;
  return session_.HasMore() ? State::kBusy : State::kIdle;
}

std::string SocketConnection::TakeComplaint() {
  if (complaint_.empty()) {
    return session_.TakeFault().value_or(std::string());
  }
  return std::exchange(complaint_, {});
}

}  // namespace groupring::backend
