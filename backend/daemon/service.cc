#include "backend/daemon/service.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/api/read_commands.h"
#include "backend/daemon/local_requests.h"
#include "backend/daemon/successor_process.h"
#include "backend/handover/messages.h"
#include "backend/node/options.h"
#include "backend/state/state_file.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// PowerDNS ends when its first question, the list of zones, fails. So serving
// waits for the first load, but not forever.
constexpr milliseconds kStartWait{2000};

// A successor can wait longer, because another process serves meanwhile.
constexpr milliseconds kSuccessorWait{10000};

// How long the replaced process may take to stop.
constexpr milliseconds kPredecessorWait{5000};

// How often the service manager is told something new at most.
constexpr milliseconds kStatusInterval{2000};

// How often is looked whether the files of the sockets are still there.
constexpr milliseconds kFileInterval{1000};

// Added to the deadlines of Redis for building a snapshot of many names.
constexpr milliseconds kStoreSlack{10000};

std::string HowItEnded(int status) {
  return WIFSIGNALED(status)
             ? absl::StrFormat("was ended by signal %d", WTERMSIG(status))
             : absl::StrFormat("ended with status %d", WEXITSTATUS(status));
}

}  // namespace

Service::Service(const DaemonOptions* options, std::string program,
                 std::unique_ptr<Node> node, ServiceManager* manager,
                 const Clock* clock, LogSink log)
    : options_(options),
      program_(std::move(program)),
      node_(std::move(node)),
      manager_(manager),
      clock_(clock),
      log_(std::move(log)),
      listeners_(
          node_->engine(), node_->clock(),
          {NodeName(node_->settings()), [this] { return node_->ReadRecords(); },
           static_cast<double>(node_->settings().control.heavy_client_percent) /
               100},
          log_),
      notifier_(node_->settings().notify, NodeName(node_->settings()),
                node_->engine(), node_->clock(), log_) {}

absl::Status Service::Start(ServiceManager::Passed passed) {
  absl::Status status =
      listeners_.Open(node_->settings().listen, std::move(passed.listeners));
  if (!status.ok()) return status;
  node_->engine()->KeepLocalStates();
  node_->Start(kStartWait);
  if (!passed.connections.empty()) {
    log_(Severity::kInfo, absl::StrFormat("going on with %d open connections",
                                          passed.connections.size()));
  }
  status = listeners_.Start(std::move(passed.connections));
  if (status.ok()) Announce();
  return status;
}

absl::Status Service::StartInPlaceOf(HandoverReceiver* receiver) {
  absl::StatusOr<Offer> offer = receiver->Ask();
  if (!offer.ok()) return offer.status();
  RestoreDataset(offer->dataset);
  absl::Status status =
      listeners_.Open(node_->settings().listen, std::move(offer->listeners));
  if (!status.ok()) return status;
  node_->engine()->KeepLocalStates();
  node_->Start(kSuccessorWait);
  status = CheckReady(offer->follows_redis);
  if (!status.ok()) return status;

  absl::StatusOr<HandedConnections> handed = receiver->TakeConnections();
  if (!handed.ok()) return handed.status();
  const size_t count = handed->open.size();
  status = receiver->Commit();
  if (!status.ok()) return status;
  node_->engine()->RestoreCounts(handed->counts);
  status = listeners_.Start(std::move(handed->open));
  if (!status.ok()) return status;
  log_(Severity::kInfo,
       absl::StrFormat("serving in the place of process %d, with %d open "
                       "connections",
                       receiver->sender_process(), count));
  receiver->AwaitEnd(kPredecessorWait);
  Announce();
  return status;
}

void Service::RestoreDataset(const std::string& dataset) {
  if (dataset.empty()) return;
  absl::StatusOr<SavedDataset> saved = DecodeState(dataset);
  if (saved.ok()) {
    node_->engine()->Restore(*std::move(saved));
    return;
  }
  log_(Severity::kWarning,
       "what the running process answers by is not taken up: " +
           std::string(saved.status().message()));
}

absl::Status Service::CheckReady(bool predecessor_follows_redis) {
  if (predecessor_follows_redis &&
      !node_->engine()->WaitUntilLoaded(milliseconds(0))) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "Redis at %s is not loaded within %d s, while the running process is "
        "connected to its own: see [redis] in the settings",
        node_->redis_display(), kSuccessorWait.count() / 1000));
  }
  if (node_->engine()->snapshots().Take() == nullptr) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "there is nothing to answer from: Redis at %s is not loaded within "
        "%d s, and nothing is saved",
        node_->redis_display(), kSuccessorWait.count() / 1000));
  }
  return absl::OkStatus();
}

void Service::Announce() {
  manager_->Store(listeners_.Share());
  node_->GoLive();
  notifier_.Start();
  manager_->Status(StatusLine());
  manager_->Ready();
  log_(Severity::kInfo, absl::StrFormat("groupring %s serves; Redis at %s",
                                        kVersion, node_->redis_display()));
}

void Service::Run(SignalTaker* signals) {
  const auto now = clock_->Steady();
  const Settings::Redis& redis = node_->settings().redis;
  const auto interval = std::chrono::duration_cast<milliseconds>(
      manager_->watchdog_interval().value_or(std::chrono::seconds(0)));
  liveness_.AddPart("serving", interval / 2, now);
  liveness_.AddPart(
      "following Redis",
      std::max(interval / 2,
               redis.connect_timeout + redis.command_timeout + kStoreSlack),
      now);

  HandoverSender sender(listeners_.control(), this, clock_, log_);
  const Outcome outcome = Loop(signals, &sender);
  if (outcome == Outcome::kReplaced) {
    EndReplaced(&sender);
  } else {
    End();
  }
}

Service::Outcome Service::Loop(SignalTaker* signals, HandoverSender* sender) {
  const auto watchdog = manager_->watchdog_interval();
  const milliseconds interval =
      watchdog
          ? std::clamp(std::chrono::duration_cast<milliseconds>(*watchdog) / 4,
                       milliseconds(1), kStatusInterval)
          : kStatusInterval;
  auto next_tick = clock_->Steady();
  auto next_look = next_tick + kFileInterval;
  std::vector<pollfd> waits;
  for (;;) {
    waits = {{signals->fd(), POLLIN, 0}};
    sender->AppendWaits(&waits);
    steady_clock::time_point until =
        std::min(sender->deadline().value_or(next_look), next_look);
    if (manager_->present()) until = std::min(until, next_tick);
    const auto left = std::chrono::ceil<milliseconds>(until - clock_->Steady());
    poll(waits.data(), waits.size(),
         static_cast<int>(std::max<int64_t>(0, left.count())));

    const Outcome outcome = TakeSignals(signals, sender);
    if (outcome != Outcome::kGoesOn) return outcome;
    if (sender->Turn()) return Outcome::kReplaced;
    if (manager_->present() && clock_->Steady() >= next_tick) {
      Tick();
      next_tick = clock_->Steady() + interval;
    }
    if (clock_->Steady() >= next_look) {
      // A successor in the making has copies of the sockets as they are.
      if (!sender->busy()) WatchFiles();
      next_look = clock_->Steady() + kFileInterval;
    }
  }
}

Service::Outcome Service::TakeSignals(SignalTaker* signals,
                                      HandoverSender* sender) {
  for (;;) {
    const std::optional<int> signal = signals->Take();
    if (!signal) return Outcome::kGoesOn;
    if (*signal == SIGHUP) {
      Reload();
    } else if (*signal == SIGCHLD) {
      int status = 0;
      for (pid_t child; (child = waitpid(-1, &status, WNOHANG)) > 0;) {
        sender->ChildEnded(child, HowItEnded(status));
        notifier_.ChildEnded(child, status);
      }
    } else {
      log_(Severity::kInfo,
           absl::StrFormat("ending on %s",
                           *signal == SIGTERM ? "SIGTERM" : "SIGINT"));
      return Outcome::kEnds;
    }
  }
}

// Applies the settings that can change while running.
void Service::Reload() {
  manager_->Reloading();
  const absl::StatusOr<Settings> settings = options_->load_settings();
  const absl::Status status =
      settings.ok() ? node_->Reload(*settings) : settings.status();
  if (!status.ok()) {
    log_(Severity::kError, "settings not taken over, going on as before: " +
                               std::string(status.message()));
  }
  manager_->Ready();
}

void Service::Tick() {
  manager_->Status(StatusLine());
  if (!manager_->watchdog_interval()) return;
  const auto now = clock_->Steady();
  liveness_.Note(0, listeners_.turns(), now);
  liveness_.Note(1, node_->engine()->StoreTurns(), now);
  listeners_.Wake();
  const std::string stuck = liveness_.Stuck(now);
  if (stuck.empty()) {
    manager_->Alive();
  } else if (last_stuck_.empty()) {
    log_(Severity::kError,
         "the watchdog is not told any more that all is well: " + stuck);
  }
  last_stuck_ = stuck;
}

void Service::WatchFiles() {
  const absl::StatusOr<bool> restored = listeners_.RestoreFiles();
  if (restored.ok() && *restored) manager_->Store(listeners_.Share());
  std::string trouble(restored.status().message());
  if (trouble == last_listen_trouble_) return;
  if (!trouble.empty()) log_(Severity::kError, trouble);
  node_->engine()->SetListenTrouble(trouble);
  last_listen_trouble_ = std::move(trouble);
}

std::string Service::StatusLine() const {
  const NodeFacts facts = node_->engine()->Facts();
  const std::string redis =
      facts.redis_connected ? "Redis connected" : "Redis away";
  const auto snapshot = node_->engine()->snapshots().Take();
  if (snapshot == nullptr) return "Nothing to answer from; " + redis;
  const StatusReport report =
      ReportStatus(*snapshot, facts, snapshot->built_unix_millis);
  return absl::StrFormat("Answering for %d names, %d groups; generation %d; %s",
                         report.names, report.groups, report.redis_generation,
                         redis);
}

void Service::EndReplaced(HandoverSender* sender) {
  notifier_.Stop();
  listeners_.LeaveFiles();
  manager_->SetMainProcess(sender->receiver_process());
  listeners_.Stop();
  node_->Stop();
  sender->TellReplaced();
}

void Service::End() {
  manager_->Stopping();
  notifier_.Stop();
  if (manager_->present()) {
    // Only the manager knows whether this is a stop, where it closes the
    // connections, or a restart, where it passes them to the next process.
    manager_->Store(listeners_.Suspend());
    listeners_.LeaveFiles();
  }
  listeners_.Stop();
  node_->Stop();
}

absl::StatusOr<pid_t> Service::StartSuccessor(FdChannel channel) {
  if (getpid() == 1) {
    return absl::FailedPreconditionError(
        "this process is the first of its container, which would end with it");
  }
  if (program_.empty()) {
    return absl::FailedPreconditionError("/proc does not tell our own program");
  }
  return StartSuccessorProcess(program_, options_->arguments,
                               std::move(channel));
}

std::string Service::ObjectionToStranger() const {
  if (!manager_->present()) return {};
  return "the running process belongs to a service manager, which has to be "
         "told: use `systemctl reload groupring` or `groupring replace`";
}

std::string Service::AnswerRequest(const std::string& text) {
  return AnswerLocalRequest(text, node_->engine(), *node_->clock(), log_);
}

std::vector<HandedListener> Service::ShareListeners() const {
  return listeners_.Share();
}

std::string Service::EncodedDataset() const {
  const SavedDataset now = node_->engine()->CurrentState();
  if (now.dataset.names.empty()) return {};
  return EncodeState(now.dataset, now.saved_unix_millis, now.health);
}

std::string Service::EncodedCounts() const {
  return node_->engine()->EncodedCounts();
}

bool Service::FollowsRedis() const {
  return node_->engine()->Facts().redis_connected;
}

absl::StatusOr<std::string> Service::AnswerCommand(
    std::string_view command) const {
  if (command.starts_with(kTellNames)) {
    return AnswerNames(command.substr(kTellNames.size()), *node_->engine(),
                       node_->instance());
  }
  const auto snapshot = node_->engine()->snapshots().Take();
  if (snapshot == nullptr) {
    return absl::FailedPreconditionError(
        "it has nothing to answer from: nothing has been loaded from Redis, "
        "and nothing was saved");
  }
  return RunReadCommand(*snapshot, node_->engine()->Facts(), command,
                        node_->clock()->UnixMillis(),
                        node_->settings().listen.MaxReportBytes(),
                        KnowledgeOf(*node_->engine()));
}

std::vector<OpenConnection> Service::Suspend() { return listeners_.Suspend(); }

void Service::Resume(std::vector<OpenConnection> connections) {
  const absl::Status status = listeners_.Start(std::move(connections));
  if (!status.ok()) {
    log_(Severity::kError,
         "serving cannot go on: " + std::string(status.message()));
  }
}

void Service::ReplacementBegins() { manager_->Reloading(); }

void Service::ReplacementFailed() { manager_->Ready(); }

}  // namespace groupring::backend
