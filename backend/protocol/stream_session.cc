#include "backend/protocol/stream_session.h"

#include <utility>

namespace groupring::backend {
namespace {

// An idle connection keeps no more memory than this for its input.
constexpr size_t kKeptBytes = size_t{16} * 1024;

}  // namespace

void LongWork::MakeWithin(AnswerMemory* available, size_t bytes) {
  std::optional<AnswerMemory::Share> share = available->Take(bytes, whom);
  if (!share) {
    Refuse();
    return;
  }
  memory = *std::move(share);
  Make();
  memory.Resize(size());
}

StreamSession::StreamSession(std::string unread, PeerStanding standing)
    : has_more_(!unread.empty()),
      standing_(standing),
      pending_(std::move(unread)) {}

void StreamSession::Feed(std::string_view bytes, size_t soft_limit,
                         std::string* out) {
  if (closed_) return;
  has_more_ = false;
  if (pending_.empty()) {  // the usual case: whole requests, not copied
    bytes.remove_prefix(Answer(bytes, soft_limit, out));
    pending_.assign(bytes);
  } else {
    pending_.append(bytes);
    pending_.erase(0, Answer(pending_, soft_limit, out));
  }
  if (pending_.size() <= kKeptBytes && pending_.capacity() > kKeptBytes) {
    pending_.shrink_to_fit();
  }
}

void StreamSession::Cut(CloseCause cause, std::string reason,
                        std::string* out) {
  if (closed_) return;
  if (pending_.empty()) {
    cause = CloseCause::kPeerLeft;
    reason.clear();
  }
  AnswerUnfinished(pending_, out);
  // What that says closes the session as well, but is not why.
  Close(cause, std::move(reason));
}

void StreamSession::AnswerUnfinished(std::string_view, std::string*) {}

SessionState StreamSession::Release() {
  return {std::move(pending_), pipe_abi_version(), standing_};
}

std::shared_ptr<LongWork> StreamSession::TakeWork() {
  return std::exchange(work_, nullptr);
}

void StreamSession::AnswersAreTaken() {
  memory_ = {};
  holds_memory_ = false;
}

void StreamSession::EndWait() {
  waiting_ = false;
  has_more_ = true;
}

std::optional<std::string> StreamSession::TakeFault() {
  return std::exchange(fault_, std::nullopt);
}

void StreamSession::Close(CloseCause cause, std::string reason) {
  closed_ = true;
  close_cause_ = cause;
  close_reason_ = std::move(reason);
}

void StreamSession::WaitFor(std::shared_ptr<LongWork> work) {
  waiting_ = true;
  work_ = std::move(work);
}

bool StreamSession::GiveLong(std::string text, LongWork* work,
                             std::string* out) {
  memory_ = std::move(work->memory);
  holds_memory_ = true;
  if (text.size() <= kBulkBytes) {
    out->append(text);
    return false;
  }
  bulk_ = std::move(text);
  return true;
}

}  // namespace groupring::backend
