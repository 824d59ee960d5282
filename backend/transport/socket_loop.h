// One thread's share of a socket server: an epoll loop.
#ifndef GROUPRING_BACKEND_TRANSPORT_SOCKET_LOOP_H_
#define GROUPRING_BACKEND_TRANSPORT_SOCKET_LOOP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/protocol/handler.h"
#include "backend/protocol/line_session.h"
#include "backend/transport/acceptor.h"
#include "backend/transport/log_limiter.h"
#include "backend/transport/socket_connection.h"
#include "backend/transport/unix_listener.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// A listening socket and what is spoken on it.
struct ServedListener {
  UnixListener listener;
  LineSession::Protocol protocol;
};

class SocketLoop;

// What the loops of one server have in common; all of it is thread-safe.
struct SocketLoopShared {
  size_t max_connections;
  size_t max_unsent;
  std::atomic<size_t> connections{0};
  LogLimiter closings;  // connections closed for a fault, errors answered
  LogLimiter refusals;  // connections not accepted
  std::vector<SocketLoop*> loops;  // changes only while none of them runs
};

// Accepts connections, for whichever loop has the fewest, and answers on its
// own: whoever waits on the listening socket, the kernel wakes up the same
// thread each time. Run is called by one thread at a time; Stop by any.
//
// Of what can be read at a time, all is answered before the first answer is
// sent: either is faster when repeated, with its code at hand.
class SocketLoop {
 public:
  // The listeners are shared with other loops; all outlives the loop.
  static absl::StatusOr<std::unique_ptr<SocketLoop>> Create(
      const std::vector<ServedListener>* listeners,
      std::unique_ptr<Handler> handler, SocketLoopShared* shared);
  ~SocketLoop();
  SocketLoop(const SocketLoop&) = delete;
  SocketLoop& operator=(const SocketLoop&) = delete;

  // Returns after Stop.
  void Run();
  void Stop();

  // While it does not run: takes a connection on, and gives all back. One that
  // came in by a listener which is not there is closed.
  void Adopt(OpenConnection open);
  std::vector<OpenConnection> Release();

  // As Adopt, of what was accepted and counted, by any thread at any time.
  void Give(OpenConnection open);

  // How many it has.
  size_t connections() const { return connections_; }

  // Asks for a sign of life, any thread: turns() grows soon afterwards, unless
  // the loop is stuck.
  void Wake();
  uint64_t turns() const { return turns_; }

 private:
  // What epoll reports an event of.
  struct Source {
    enum class Kind { kWake, kListener, kPeer };
    Kind kind;
  };
  struct ListenerSource : Source {
    const ServedListener* served;
  };
  struct Peer : Source {
    SocketConnection connection;
    const ServedListener* served;
    uint32_t events;      // what epoll waits for
    bool queued = false;  // in busy_
  };
  // Whose turn is half over, and how far it has filled answers_.
  struct Answered {
    Peer* peer;
    size_t end;
  };

  SocketLoop(const std::vector<ServedListener>* listeners,
             std::unique_ptr<Handler> handler, SocketLoopShared* shared);
  absl::Status Prepare();
  bool Watch(int operation, int fd, uint32_t events, Source* source);
  void Dispatch(Source* source, uint32_t events);
  void Accept(const ServedListener& listener);
  void TakeGiven();
  Peer* Add(OpenConnection open);
  void Answer(Peer* peer);
  void DeliverAnswers();
  void EndTurn(Peer* peer, SocketConnection::State state);
  void Remove(Peer* peer);

  const std::unique_ptr<Handler> handler_;
  SocketConnection::Workplace workplace_;
  SocketLoopShared* const shared_;

  FileDescriptor epoll_;
  FileDescriptor wake_;  // an eventfd
  Source wake_source_{Source::Kind::kWake};
  std::vector<ListenerSource> listeners_;  // of constant size
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> turns_{0};
  Acceptor acceptor_;

  std::atomic<size_t> connections_{0};
  std::mutex mutex_;
  std::vector<OpenConnection> given_;  // guarded by mutex_

  std::unordered_map<Peer*, std::unique_ptr<Peer>> peers_;
  std::vector<Peer*> busy_;
  std::string answers_;
  std::vector<Answered> answered_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_SOCKET_LOOP_H_
