// One thread's share of a socket server: an epoll loop.
#ifndef GROUPRING_BACKEND_TRANSPORT_SOCKET_LOOP_H_
#define GROUPRING_BACKEND_TRANSPORT_SOCKET_LOOP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/protocol/answer_memory.h"
#include "backend/protocol/handler.h"
#include "backend/protocol/http_router.h"
#include "backend/protocol/stream_session.h"
#include "backend/transport/connection_class.h"
#include "backend/transport/listening_socket.h"
#include "backend/transport/log_limiter.h"
#include "backend/transport/loop_inbox.h"
#include "backend/transport/socket_connection.h"
#include "backend/transport/worker_pool.h"
#include "redis/base/clock.h"
#include "redis/base/file_descriptor.h"
#include "redis/base/wakeup.h"

namespace groupring::backend {

// A listening socket and what is spoken on it.
struct ServedListener {
  ListeningSocket socket;
  Protocol protocol;
};

class SocketLoop;

// What the loops of one server have in common; all of it is thread-safe.
struct SocketLoopShared {
  const Clock* clock;
  const HttpRouter* router;
  const HttpRouter* pages_router;
  ConnectionClass lines;
  ConnectionClass http;
  ConnectionClass pages;
  LogLimiter complaints;  // connections closed for a fault, errors answered
  LogLimiter refusals;    // connections not accepted
  AnswerMemory memory;
  const size_t memory_for_one;  // while an answer is made
  WorkerPool workers;
  std::vector<SocketLoop*> loops;  // changes only while none of them runs

  ConnectionClass& ClassOf(Protocol protocol) {
    if (protocol == Protocol::kPages) return pages;
    return protocol == Protocol::kHttp ? http : lines;
  }
  // Which loop gets a new connection.
  SocketLoop* LoopFor(Protocol protocol);
};

// Accepts connections and gives each to the loop that has the fewest: of the
// threads that wait on a listening socket, the kernel wakes up the same one
// each time. Run is called by one thread at a time.
//
// All connections that can be read are answered before the first answer is
// sent: each step is faster when repeated, with its code in the caches.
class SocketLoop {
 public:
  // The listeners are shared with other loops; all outlives the loop.
  static absl::StatusOr<std::unique_ptr<SocketLoop>> Create(
      const std::vector<ServedListener>* listeners,
      std::unique_ptr<Handler> handler, SocketLoopShared* shared);
  ~SocketLoop();
  SocketLoop(const SocketLoop&) = delete;
  SocketLoop& operator=(const SocketLoop&) = delete;

  // Returns after Stop, which any thread may call.
  void Run();
  void Stop();

  // While it does not run: gives all connections back.
  std::vector<OpenConnection> Release();

  // While it does not run: waits also for listeners whose sockets have been
  // opened again. kResourceExhausted: the kernel watches too much already.
  absl::Status WatchListeners();

  using Arrival = LoopInbox::Arrival;

  // Takes over a connection that is counted already. Closes it if its listener
  // does not exist, or if it was just accepted and there are too many. Any
  // thread.
  void Enqueue(OpenConnection open, Arrival arrival);

  // How many it has. Any thread.
  size_t connections() const { return connections_; }
  // Those of HTTP whose peers are strangers. Any thread.
  size_t strangers() const { return strangers_; }

  // Asks for a sign of life, any thread: turns() grows soon afterwards, unless
  // the loop is stuck.
  void Wake() { wakeup_.Notify(); }
  uint64_t turns() const { return turns_; }

 private:
  using Time = SocketConnection::Time;

  // What epoll reports an event of.
  struct Source {
    enum class Kind { kWakeup, kListener, kPeer };
    Kind kind;
  };
  struct ListenerSource : Source {
    const ServedListener* served;
  };
  struct Peer : Source {
    uint64_t id;  // never used again
    SocketConnection connection;
    const ServedListener* served;
    uint32_t events;               // what epoll waits for
    std::optional<Time> deadline;  // as in deadlines_
    bool queued = false;           // in busy_
    bool stranger = false;         // and counted as one
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
  int MillisToWait() const;
  void Dispatch(Source* source, uint32_t events);
  void Accept(const ServedListener& served);
  void RefuseAt(const ServedListener& served, RefusalCause cause,
                const std::string& reason);
  void CountClosed(Protocol protocol, CloseCause cause);
  bool Admit(const ServedListener& served, OpenConnection* open);
  bool CloseIdleStranger(Protocol protocol);
  void DrainInbox();
  void Add(OpenConnection open, Arrival arrival);
  void CountStranger(Peer* peer, bool is_one);
  void Queue(Peer* peer);
  void QueueOverdue();
  void Answer(Peer* peer);
  void DeliverAnswers();
  void UpdateInterest(Peer* peer, SocketConnection::State state);
  void SetDeadline(Peer* peer, const std::optional<Time>& deadline);
  void HaveWorkDone(Peer* peer);
  void Remove(Peer* peer, CloseCause cause);
  void CountDown(Protocol protocol);

  const std::unique_ptr<Handler> handler_;
  TrafficCounts unread_counts_;  // of a handler that does not want them
  TrafficCounts* const traffic_;
  SocketConnection::Workplace workplace_;
  SocketLoopShared* const shared_;

  FileDescriptor epoll_;
  Wakeup wakeup_;
  Source wakeup_source_{Source::Kind::kWakeup};
  std::vector<ListenerSource> listeners_;  // of constant size
  std::atomic<bool> stopping_{false};
  bool woken_ = false;  // the inbox has to be looked at
  std::atomic<uint64_t> turns_{0};
  Acceptor acceptor_;

  std::atomic<size_t> connections_{0};
  std::atomic<size_t> strangers_{0};
  LoopInbox inbox_;

  uint64_t last_id_ = 0;
  std::unordered_map<uint64_t, std::unique_ptr<Peer>> peers_;
  std::set<std::pair<Time, Peer*>> deadlines_;
  std::vector<Peer*> busy_;
  std::string answers_;
  std::vector<Answered> answered_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_SOCKET_LOOP_H_
