// One accepted stream connection that speaks a line-based protocol.
#ifndef GROUPRING_BACKEND_TRANSPORT_SOCKET_CONNECTION_H_
#define GROUPRING_BACKEND_TRANSPORT_SOCKET_CONNECTION_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "backend/protocol/exchange.h"
#include "backend/protocol/line_session.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// A connection that nobody serves at the moment: what another server needs to
// go on with it as if nothing had happened.
struct OpenConnection {
  FileDescriptor fd;
  LineSession::Protocol protocol;
  LineSession::State session;
  std::string unsent;   // answers that the peer has not taken yet
  bool ending = false;  // closes once they are written
};

// Reads, answers, writes; never blocks. Whoever owns it calls MayRead when
// something new can be read, and when its descriptor is ready, gives it a turn:
// Answer, and then Deliver, between which others may have theirs. Not
// thread-safe.
class SocketConnection {
 public:
  enum class State {
    kIdle,     // has read all there was: to go on when there is more
    kBusy,     // has more to do; others come first
    kBlocked,  // to go on when something can be written: reads nothing more
    kClosed,   // done
  };

  static constexpr size_t kReadBytes = size_t{64} * 1024;

  // So much is answered at a turn before other connections get theirs.
  static constexpr size_t kAnswerBytes = size_t{64} * 1024;

  // What a connection needs only while it has its turn. All connections of a
  // thread use the same one, which outlives them.
  struct Workplace {
    explicit Workplace(Handler* handler)
        : exchange(handler), received(kReadBytes) {}

    Exchange exchange;
    std::vector<char> received;
  };

  // An answer that the peer does not take and that
  // is longer than `max_unsent` bytes closes the connection.
  SocketConnection(OpenConnection open, size_t max_unsent,
                   Workplace* workplace);

  // Stops serving it. The object is of no more use.
  OpenConnection Release();

  // There is something new to read, if only that the peer `has_ended`: sends
  // nothing more.
  void MayRead(bool has_ended);

  // The first part of a turn, a bounded amount of work: one read of at most
  // kReadBytes. Appends the answers to `*answers`.
  void Answer(std::string* answers);

  // The second part: writes what Answer has appended.
  State Deliver(std::string_view answers);

  int fd() const { return fd_.get(); }

  // What the log should say, once: why it was closed, or why an answer was
  // an error. Empty: nothing, as when the peer has just left.
  std::string TakeComplaint();

 private:
  void Read(std::string* answers);
  void SendUnsent();
  size_t Send(std::string_view bytes);
  void Close(std::string reason);
  State Next() const;

  FileDescriptor fd_;
  const LineSession::Protocol protocol_;
  LineSession session_;
  const size_t max_unsent_;
  Workplace* const workplace_;
  std::string unsent_;
  size_t sent_ = 0;      // of unsent_
  bool unread_ = true;   // there may be something to read
  bool ended_ = false;   // with the end of what the peer sends behind it
  bool ending_ = false;  // closes once unsent_ is written
  bool broken_ = false;  // cannot even be written to
  std::string complaint_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_SOCKET_CONNECTION_H_
