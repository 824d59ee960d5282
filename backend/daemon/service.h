// A serving daemon: a node, its listeners, and their handover to another
// process.
#ifndef GROUPRING_BACKEND_DAEMON_SERVICE_H_
#define GROUPRING_BACKEND_DAEMON_SERVICE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "backend/daemon/daemon.h"
#include "backend/daemon/listeners.h"
#include "backend/daemon/liveness.h"
#include "backend/daemon/notifier.h"
#include "backend/daemon/service_manager.h"
#include "backend/daemon/signals.h"
#include "backend/handover/handover_receiver.h"
#include "backend/handover/handover_sender.h"
#include "backend/node/node.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

// Used by one thread: Start or StartInPlaceOf, then Run.
class Service : public HandoverHost {
 public:
  // `program` is the file that a successor runs. The pointers outlive the
  // service.
  Service(const DaemonOptions* options, std::string program,
          std::unique_ptr<Node> node, ServiceManager* manager,
          const Clock* clock, LogSink log);

  // Serves, with the sockets and connections that the service manager kept.
  absl::Status Start(ServiceManager::Passed passed);

  // Serves with the sockets and connections of the process that serves now. If
  // this fails, that process goes on.
  absl::Status StartInPlaceOf(HandoverReceiver* receiver);

  // Serves until a signal ends it or a successor has taken over; then stops
  // everything.
  void Run(SignalTaker* signals);

  absl::StatusOr<pid_t> StartSuccessor(FdChannel channel) override;
  std::string ObjectionToStranger() const override;
  std::string AnswerRequest(const std::string& text) override;
  std::vector<HandedListener> ShareListeners() const override;
  std::string EncodedDataset() const override;
  bool FollowsRedis() const override;
  std::string EncodedCounts() const override;
  absl::StatusOr<std::string> AnswerCommand(
      std::string_view command) const override;
  std::vector<OpenConnection> Suspend() override;
  void Resume(std::vector<OpenConnection> connections) override;
  void ReplacementBegins() override;
  void ReplacementFailed() override;

 private:
  enum class Outcome { kGoesOn, kEnds, kReplaced };

  void RestoreDataset(const std::string& dataset);
  absl::Status CheckReady(bool predecessor_follows_redis);
  void Announce();
  Outcome Loop(SignalTaker* signals, HandoverSender* sender);
  Outcome TakeSignals(SignalTaker* signals, HandoverSender* sender);
  void Reload();
  void Tick();
  void WatchFiles();
  std::string StatusLine() const;
  void EndReplaced(HandoverSender* sender);
  void End();

  const DaemonOptions* const options_;
  const std::string program_;
  const std::unique_ptr<Node> node_;
  ServiceManager* const manager_;
  const Clock* const clock_;
  const LogSink log_;
  Listeners listeners_;
  Notifier notifier_;
  Liveness liveness_;
  std::string last_stuck_;
  std::string last_listen_trouble_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_SERVICE_H_
