// One connection's conversation in a line-based protocol.
#ifndef GROUPRING_BACKEND_PROTOCOL_LINE_SESSION_H_
#define GROUPRING_BACKEND_PROTOCOL_LINE_SESSION_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "backend/protocol/handler.h"
#include "backend/protocol/pipe_abi.h"
#include "backend/protocol/stream_session.h"

namespace groupring::backend {

// A line beyond this is not read, let alone answered.
inline constexpr size_t kMaxLineBytes = size_t{1} << 20;

// Requests that may take long are answered by other threads; the session waits
// for the answer.
//
// The sessions of a thread may share one exchange, which outlives them.
class LineSession final : public StreamSession {
 public:
  // Any but kHttp.
  using Protocol = backend::Protocol;

  // What the session does after an error in remote JSON, after a line that is
  // too long, and after one of no known protocol. (FAIL in the pipe ABI is a
  // plain answer.)
  enum class AfterFault {
    kClose,  // the session ends; PowerDNS reconnects
    kGoOn,   // for a coprocess, whose end PowerDNS would not survive
  };

  LineSession(Protocol protocol, AfterFault after_fault, Exchange* exchange);
  LineSession(Protocol protocol, AfterFault after_fault, SessionState state,
              Exchange* exchange);

 private:
  class LongReply;

  size_t Answer(std::string_view bytes, size_t soft_limit,
                std::string* out) override;
  int pipe_abi_version() const override { return pipe_abi_.version(); }
  void AnswerLine(std::string_view line, std::string* out);
  void AnswerRemoteJson(std::string_view line, std::string* out);
  bool AskBeside();
  bool EndLongReply(std::string* out);
  void AnswerPipeAbi(std::string_view line, std::string* out);
  void AppendError(std::string* out) const;
  void Fault(CloseCause cause, std::string reason);

  Protocol protocol_;
  const AfterFault after_fault_;
  Exchange* const exchange_;
  PipeAbi pipe_abi_;

  size_t searched_ = 0;    // unread bytes known to hold no newline
  bool skipping_ = false;  // what comes next belongs to a line refused before

  std::shared_ptr<LongReply> long_reply_;  // waited for
  size_t long_request_size_ = 0;           // with its newline
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_LINE_SESSION_H_
