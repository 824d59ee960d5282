// One connection's conversation: bytes in, bytes out.
#ifndef GROUPRING_BACKEND_PROTOCOL_STREAM_SESSION_H_
#define GROUPRING_BACKEND_PROTOCOL_STREAM_SESSION_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backend/protocol/answer_memory.h"
#include "backend/protocol/traffic_counts.h"

namespace groupring::backend {

// What is spoken on a connection.
enum class Protocol {
  kRemoteJson,
  kPipeAbi,
  kByFirstLine,  // one of these two: a line that begins with '{' or HELO
                 // decides
  kHttp,
  kPages,  // HTTP for people and metrics only
};

constexpr bool IsHttp(Protocol protocol) {
  return protocol == Protocol::kHttp || protocol == Protocol::kPages;
}

// What is known of the peer of a connection.
enum class PeerStanding {
  kStranger,
  kPowerDns,    // has asked what PowerDNS asks
  kRestricted,  // a stranger of whose kind too many are here: is answered only
                // what PowerDNS and watchdogs ask
};

// Where a conversation stands between two calls of Feed, for another session
// to go on with.
struct SessionState {
  std::string unread;        // received, not yet answered
  int pipe_abi_version = 0;  // as of PipeAbi
  PeerStanding standing = PeerStanding::kStranger;
};

// An answer that takes long. Another thread calls one of Make, Refuse and
// MakeWithin, once; may outlive the session.
class LongWork {
 public:
  explicit LongWork(AnswerFor for_whom) : whom(for_whom) {}
  virtual ~LongWork() = default;

  virtual void Make() = 0;
  // Makes an answer that says that there is no memory for the real one.
  virtual void Refuse() = 0;
  // Of the answer that was made, in bytes.
  virtual size_t size() const = 0;

  // Calls Make if `bytes` can be reserved for the answer, and Refuse if not.
  void MakeWithin(AnswerMemory* available, size_t bytes);

  const AnswerFor whom;
  // What `size` is counted in, until the peer has taken the answer.
  AnswerMemory::Share memory;
};

// What a refused LongWork says.
inline constexpr std::string_view kNoAnswerMemory =
    "answers that were asked for and are not read yet take all the memory that "
    "there is for them ([listen] report_memory_mb): ask again in a moment";

// The owner of the connection moves the bytes and calls the session, which does
// no I/O and is not thread-safe. After a call the owner reads from the state
// below what to do next; none of that is a virtual call.
class StreamSession {
 public:
  // An answer of more than this is not appended to `out`: it is TakeBulk's.
  static constexpr size_t kBulkBytes = size_t{64} * 1024;

  virtual ~StreamSession() = default;
  StreamSession(const StreamSession&) = delete;
  StreamSession& operator=(const StreamSession&) = delete;

  // Takes bytes as they arrive and appends answers to `out`, but not many more
  // than `soft_limit` bytes of them at once: then HasMore() is true, and a call
  // with no bytes goes on. Does nothing once the session is closed. Not to be
  // called while the session waits.
  void Feed(std::string_view bytes, size_t soft_limit, std::string* out);

  // No more bytes will come, for the cause and reason given. Appends what is to
  // be said to a request that stays unfinished, and closes the session:
  // silently if no request has begun.
  void Cut(CloseCause cause, std::string reason, std::string* out);

  // Ends the session. While it waits, the request that it waits for counts as
  // unread.
  SessionState Release();

  // Whether a whole request is there to be answered.
  bool HasMore() const { return has_more_; }

  // Whether a request has begun and its end is not there yet.
  bool HasUnfinished() const {
    return !pending_.empty() && !has_more_ && !waiting_ && !closed_;
  }

  // Whether the next answer is being made by the work that TakeWork returned or
  // will return. EndWait, after the work was done, makes HasMore() true.
  bool waiting() const { return waiting_; }
  std::shared_ptr<LongWork> TakeWork();
  void EndWait();

  // A long answer, which comes behind what the last call has appended to `out`.
  // It has to be taken before the next call.
  bool has_bulk() const { return !bulk_.empty(); }
  std::string TakeBulk() { return std::exchange(bulk_, {}); }

  // Whether memory is counted for an answer; then call AnswersAreTaken when the
  // peer has received all answers.
  bool holds_memory() const { return holds_memory_; }
  void AnswersAreTaken();

  PeerStanding standing() const { return standing_; }

  // Whether the connection has to be closed once the appended answers are
  // written, and the reason for the log; empty: nothing to log.
  bool closed() const { return closed_; }
  const std::string& close_reason() const { return close_reason_; }
  CloseCause close_cause() const { return close_cause_; }

  // Why the last answer was an error, where the session goes on all the same:
  // for the owner's log, once.
  std::optional<std::string> TakeFault();

 protected:
  StreamSession(std::string unread, PeerStanding standing);

  // Answers the requests that `bytes` begin with, and returns how many bytes
  // these are; the rest comes again, with more behind it. Sets has_more_ if it
  // returns because of the limit.
  virtual size_t Answer(std::string_view bytes, size_t soft_limit,
                        std::string* out) = 0;
  // Appends the answer to a request of which only `bytes` will ever arrive.
  virtual void AnswerUnfinished(std::string_view bytes, std::string* out);
  virtual int pipe_abi_version() const { return 0; }

  void Close(CloseCause cause, std::string reason);
  void SetFault(std::string fault) { fault_ = std::move(fault); }
  void WaitFor(std::shared_ptr<LongWork> work);
  // Answers with what the work has made; true: there is nothing more to do in
  // this call.
  bool GiveLong(std::string text, LongWork* work, std::string* out);

  bool has_more_ = false;
  PeerStanding standing_;

 private:
  std::string pending_;  // received, not yet answered
  bool waiting_ = false;
  bool closed_ = false;
  std::shared_ptr<LongWork> work_;
  std::string bulk_;
  AnswerMemory::Share memory_;
  bool holds_memory_ = false;
  CloseCause close_cause_ = CloseCause::kPeerLeft;
  std::string close_reason_;
  std::optional<std::string> fault_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_STREAM_SESSION_H_
