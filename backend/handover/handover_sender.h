// The serving process' side of a replacement: answers on the control socket,
// and hands everything over once a successor is ready.
#ifndef GROUPRING_BACKEND_HANDOVER_HANDOVER_SENDER_H_
#define GROUPRING_BACKEND_HANDOVER_HANDOVER_SENDER_H_

#include <poll.h>
#include <sys/types.h>

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/handover/fd_channel.h"
#include "backend/handover/handover.h"
#include "backend/transport/listening_socket.h"
#include "backend/transport/open_connection.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

// The process that serves, as far as a replacement is concerned.
class HandoverHost {
 public:
  virtual ~HandoverHost() = default;

  // Runs the program again. The new process finds `channel` where
  // HandoverReceiver looks for it.
  virtual absl::StatusOr<pid_t> StartSuccessor(FdChannel channel) = 0;
  // Why this process cannot be replaced by one that it did not start itself;
  // empty: it can.
  virtual std::string ObjectionToStranger() const = 0;

  // Executes a request that is not about a replacement, and returns the answer.
  // Empty: unknown request.
  virtual std::string AnswerRequest(const std::string& text) {
    static_cast<void>(text);
    return {};
  }

  // Duplicates of the listening sockets.
  virtual std::vector<HandedListener> ShareListeners() const = 0;
  virtual std::string EncodedDataset() const = 0;
  virtual bool FollowsRedis() const = 0;
  // The counts; called after Suspend.
  virtual std::string EncodedCounts() const = 0;

  // The serving process' answer to a read command ("status --json").
  // kFailedPrecondition: it has no data to answer from.
  virtual absl::StatusOr<std::string> AnswerCommand(
      std::string_view command) const = 0;

  // Suspend stops serving and gives up the connections. Resume goes on serving
  // with them if the replacement fails.
  virtual std::vector<OpenConnection> Suspend() = 0;
  virtual void Resume(std::vector<OpenConnection> connections) = 0;

  // Called when a replacement begins, and when it has failed and this process
  // goes on.
  virtual void ReplacementBegins() = 0;
  virtual void ReplacementFailed() = 0;
};

// Used by one thread. Turn blocks only during the exchange of connections.
class HandoverSender {
 public:
  // `control` is a listening SOCK_SEQPACKET socket, or -1; it stays the
  // caller's. All outlive it.
  HandoverSender(int control, HandoverHost* host, const Clock* clock,
                 LogSink log);
  ~HandoverSender();  // tells a waiting command that there is no replacement

  HandoverSender(const HandoverSender&) = delete;
  HandoverSender& operator=(const HandoverSender&) = delete;

  // What to wait for: descriptors, and a time at which Turn is due.
  void AppendWaits(std::vector<pollfd>* waits) const;
  std::optional<std::chrono::steady_clock::time_point> deadline() const;

  // Does what is to be done. true: a successor serves, this process is to end.
  bool Turn();

  // A child has ended; `how` says in words how.
  void ChildEnded(pid_t child, const std::string& how);

  // Whether a replacement is under way.
  bool busy() const { return attempt_.has_value(); }

  pid_t receiver_process() const { return attempt_ ? attempt_->process : 0; }

  // Tells the command that asked for it that all is done. Before the end.
  void TellReplaced();

 private:
  // A replacement under way.
  struct Attempt {
    FdChannel channel;    // invalid: the new process has closed its end
    FdChannel requester;  // invalid: nobody waits for the outcome
    pid_t process = 0;
    bool child = false;  // started by us, and not known to have ended
    bool asked = false;  // it has its offer
    std::chrono::steady_clock::time_point begin;
    std::chrono::milliseconds limit;
  };

  // A client that has not said yet what it wants.
  struct Client {
    FdChannel channel;
    std::chrono::steady_clock::time_point since;
  };

  void Accept();
  void ReadClients();
  // false: `client` has been moved from, or is refused; forget it.
  void Answer(FdChannel client, const std::string& text);
  void Show(FdChannel client, std::string_view command);
  void BeginReplace(FdChannel requester, std::chrono::milliseconds limit);
  bool IsBusy(FdChannel* client);
  void SendOffer();
  bool ReadReceiver();
  bool HandOver();
  absl::Status SendConnections(const std::vector<OpenConnection>& connections);
  void Abandon(const std::string& reason);

  const int control_;
  HandoverHost* const host_;
  const Clock* const clock_;
  const LogSink log_;
  Acceptor acceptor_;
  std::list<Client> clients_;  // those that came first come first
  // Not before then is there a descriptor to accept with.
  std::optional<std::chrono::steady_clock::time_point> accepts_again_;
  std::optional<Attempt> attempt_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_HANDOVER_SENDER_H_
