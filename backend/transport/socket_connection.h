// One accepted stream connection.
#ifndef GROUPRING_BACKEND_TRANSPORT_SOCKET_CONNECTION_H_
#define GROUPRING_BACKEND_TRANSPORT_SOCKET_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/protocol/handler.h"
#include "backend/protocol/http_router.h"
#include "backend/protocol/http_session.h"
#include "backend/protocol/stream_session.h"
#include "backend/transport/connection_class.h"
#include "backend/transport/open_connection.h"
#include "redis/base/clock.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// Reads, answers, writes; never blocks. Its owner calls MayRead when new bytes
// can be read. When the descriptor is ready or the deadline has passed, it
// gives the connection a turn: Answer, then Deliver. Turns of other connections
// may come in between. Not thread-safe.
class SocketConnection {
 public:
  using Time = std::chrono::steady_clock::time_point;

  enum class State {
    kIdle,     // has read all there was: to go on when there is more
    kBusy,     // has more to do; others come first
    kBlocked,  // to go on when something can be written: reads nothing more
    kWaiting,  // to go on when the work of TakeWork is done, after EndWait
    kClosed,   // done
  };

  static constexpr size_t kReadBytes = size_t{64} * 1024;

  // So much is answered at a turn before other connections get theirs.
  static constexpr size_t kAnswerBytes = size_t{64} * 1024;

  // What a connection needs only while it has its turn. All connections of a
  // thread use the same one, which outlives them.
  struct Workplace {
    // `counts` outlives it.
    Workplace(Handler* handler, const Clock* the_clock, TrafficCounts* counts)
        : exchange(handler),
          received(kReadBytes),
          clock(the_clock),
          traffic(counts) {}

    // To be called before a connection of HTTP is made.
    void PrepareFor(Protocol protocol, const HttpRouter& router,
                    const HttpRouter& pages_router);

    Exchange exchange;
    std::vector<char> received;
    const Clock* const clock;
    TrafficCounts* const traffic;
    LatencySampler sampler;
    // Null where these are not spoken.
    std::unique_ptr<HttpSession::Context> http;
    std::unique_ptr<HttpSession::Context> pages;
  };

  // The limits outlive it.
  SocketConnection(OpenConnection open, const ConnectionLimits* limits,
                   Workplace* workplace);

  // Stops serving it, and ends the object. nullopt: it is being closed.
  std::optional<OpenConnection> Release();

  // There is something new to read, if only that the peer `has_ended`: sends
  // nothing more.
  void MayRead(bool has_ended);

  // When the owner has to call PassDeadline and give it another turn. Changes
  // in Deliver only.
  const std::optional<Time>& deadline() const { return deadline_; }
  void PassDeadline() { deadline_passed_ = true; }

  // The first part of a turn, a bounded amount of work: one read of at most
  // kReadBytes. Appends the answers to `*answers`.
  void Answer(std::string* answers);

  // The second part: writes what Answer has appended.
  State Deliver(std::string_view answers);

  // As those of the session.
  std::shared_ptr<LongWork> TakeWork() { return session_->TakeWork(); }
  void EndWait() { session_->EndWait(); }

  int fd() const { return fd_.get(); }
  Protocol protocol() const { return protocol_; }
  PeerStanding standing() const { return session_->standing(); }
  bool IsStranger() const { return standing() != PeerStanding::kPowerDns; }

  // Whether it may be closed for the sake of another one: nothing is under way,
  // and the peer is a stranger.
  bool IsIdleStranger() const { return awaited_ == Awaited::kNextRequest; }

  // Why it was closed.
  CloseCause close_cause() const { return close_cause_; }

  // What the log should say, once: why it was closed, or why an answer was
  // an error. Empty: nothing, as when the peer has just left.
  std::string TakeComplaint();

 private:
  // What the deadline is for.
  enum class Awaited { kNothing, kNextRequest, kRequest, kReader, kPeersEnd };

  void Read(std::string* answers);
  void Linger();
  ssize_t Receive();
  void SendUnsent();
  size_t Send(std::string_view bytes);
  void TakeAnswers(std::string_view answers);
  void TimeOut(std::string* answers);
  void Close(CloseCause cause, std::string reason);
  void TakeTime(bool answered);
  State Next() const;
  Awaited AwaitedIn(State state) const;
  std::chrono::milliseconds TimeFor(Awaited awaited) const;
  void SetDeadline(State state, bool answered);

  FileDescriptor fd_;
  const Protocol protocol_;
  const ConnectionLimits* const limits_;
  Workplace* const workplace_;
  const std::unique_ptr<StreamSession> session_;
  std::string unsent_;
  size_t sent_ = 0;         // of unsent_
  bool unread_ = true;      // there may be something to read
  bool ended_ = false;      // with the end of what the peer sends behind it
  bool at_end_ = false;     // which has been read
  bool ending_ = false;     // closes once unsent_ is written
  bool lingering_ = false;  // does so when the peer has closed its end
  bool broken_ = false;     // cannot even be written to
  CloseCause close_cause_ = CloseCause::kPeerLeft;
  std::string complaint_;
  Awaited awaited_ = Awaited::kNothing;
  std::optional<Time> deadline_;
  bool deadline_passed_ = false;
  // When the request was read whose answer is timed; 0: none is.
  Time timed_from_{};
  bool timed_is_blocked_ = false;  // its answer waits for the peer
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_SOCKET_CONNECTION_H_
