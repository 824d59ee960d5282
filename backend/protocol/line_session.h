// One connection's conversation in a line-based protocol: bytes in, bytes out.
// What owns the connection moves the bytes.
#ifndef GROUPRING_BACKEND_PROTOCOL_LINE_SESSION_H_
#define GROUPRING_BACKEND_PROTOCOL_LINE_SESSION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "backend/protocol/exchange.h"
#include "backend/protocol/pipe_abi.h"

namespace groupring::backend {

// A line beyond this is not read, let alone answered.
inline constexpr size_t kMaxLineBytes = size_t{1} << 20;

// No I/O, not thread-safe. Other sessions of the same thread may have the same
// exchange, which outlives them.
class LineSession {
 public:
  enum class Protocol {
    kRemoteJson,
    kPipeAbi,
    kByFirstLine,  // a line that begins with '{' or HELO decides
  };

  // What follows an error in remote JSON, a line that is too long, and one
  // that belongs to no protocol. (FAIL in the pipe ABI is a plain answer.)
  enum class AfterFault {
    kClose,  // the session ends; PowerDNS connects anew
    kGoOn,   // for a coprocess, whose end PowerDNS would not survive
  };

  // Where a conversation stands between two calls of Feed, for another session
  // to go on with.
  struct State {
    std::string unread;        // received, not yet answered
    int pipe_abi_version = 0;  // as of PipeAbi
  };

  LineSession(Protocol protocol, AfterFault after_fault, Exchange* exchange);
  LineSession(Protocol protocol, AfterFault after_fault, State state,
              Exchange* exchange);

  // The session is of no more use.
  State Release();

  // Takes bytes as they arrive and appends answers to `out`, but not many
  // more than `soft_limit` bytes of them at once: then HasMore() is true, and
  // a call with no bytes goes on. Does nothing once the session is closed.
  void Feed(std::string_view bytes, size_t soft_limit, std::string* out);

  // Whether a whole line waits to be answered.
  bool HasMore() const { return has_more_; }

  // Whether the beginning of a line waits for its end.
  bool HasUnfinishedLine() const { return !pending_.empty(); }

  // Whether the connection is to be closed after what has been appended was
  // written, and then why.
  bool closed() const { return closed_; }
  const std::string& close_reason() const { return close_reason_; }

  // Why the last answer was an error, where the session goes on all the same:
  // for the owner's log, once.
  std::optional<std::string> TakeFault();

 private:
  size_t AnswerLines(std::string_view bytes, size_t soft_limit,
                     std::string* out);
  void AnswerLine(std::string_view line, std::string* out);
  void AnswerRemoteJson(std::string_view line, std::string* out);
  void AnswerPipeAbi(std::string_view line, std::string* out);
  void AppendError(std::string* out) const;
  void Fault(std::string reason);

  Protocol protocol_;
  const AfterFault after_fault_;
  Exchange* const exchange_;
  PipeAbi pipe_abi_;

  std::string pending_;    // received, not yet answered
  size_t searched_ = 0;    // so many bytes of it hold no newline
  bool has_more_ = false;  // it holds a whole line
  bool skipping_ = false;  // what comes next belongs to a line refused before
  bool closed_ = false;
  std::string close_reason_;
  std::optional<std::string> fault_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_LINE_SESSION_H_
