#include "backend/node/node.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/str_join.h"
#include "backend/node/options.h"
#include "backend/report/status_report.h"

namespace groupring::backend {
namespace {

redis::NodeStatus Describe(const Engine& engine, const std::string& name,
                           int64_t started_unix_seconds) {
  redis::NodeStatus node;
  node.name = name;
  node.pid = getpid();
  node.started_unix_seconds = started_unix_seconds;
  const NodeFacts facts = engine.Facts();
  node.version = facts.version;
  const std::shared_ptr<const Snapshot> snapshot = engine.snapshots().Take();
  if (snapshot == nullptr) {
    node.trouble = "nothing loaded yet";
    return node;
  }
  const StatusReport status =
      ReportStatus(*snapshot, facts, snapshot->built_unix_millis);
  node.generation = status.redis_generation;
  node.names = static_cast<int64_t>(status.names);
  node.groups = static_cast<int64_t>(status.groups);
  node.trouble = absl::StrJoin(status.problems, "; ",
                               [](std::string* out, const Diagnostic& problem) {
                                 *out += ProblemText(problem);
                               });
  const AnswersFrom from = AnswersFromOf(facts);
  node.answers_from = from.origin;
  node.answers_from_since_unix_millis = from.since_unix_millis;
  node.doubted_names = facts.doubting ? facts.doubted_names : 0;
  return node;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Node>> Node::Create(Settings settings,
                                                   const Clock* clock,
                                                   LogSink log) {
  const absl::StatusOr<redis::StoreOptions> store = StoreOptionsFor(settings);
  if (!store.ok()) return store.status();
  return std::unique_ptr<Node>(
      new Node(std::move(settings), *store, clock, std::move(log)));
}

Node::Node(Settings settings, const redis::StoreOptions& store,
           const Clock* clock, LogSink log)
    : settings_(std::move(settings)),
      redis_display_(store.location.Display()),
      clock_(clock),
      log_(std::move(log)),
      started_unix_seconds_(clock->UnixMillis() / 1000),
      engine_(EngineOptionsFor(settings_, store), clock, log_),
      heartbeat_(NewHeartbeat(store)) {
  engine_.SetAppliedListener([this] { CurrentHeartbeat()->Poke(); });
}

Node::~Node() { Stop(); }

std::shared_ptr<redis::Heartbeat> Node::NewHeartbeat(
    const redis::StoreOptions& store) {
  return std::make_shared<redis::Heartbeat>(
      HeartbeatOptionsFor(store),
      [this, name = NodeName(settings_)] {
        return Describe(engine_, name, started_unix_seconds_);
      },
      clock_, log_);
}

std::shared_ptr<redis::Heartbeat> Node::CurrentHeartbeat() const {
  MutexLock lock(&heartbeat_mutex_);
  return heartbeat_;
}

void Node::Start(std::chrono::milliseconds wait) {
  engine_.Start();
  if (engine_.WaitUntilLoaded(wait)) return;
  const bool has_state = engine_.snapshots().Take() != nullptr;
  log_(Severity::kWarning, "Redis at " + redis_display_ +
                               " is not loaded yet; " +
                               (has_state ? "answering from what was saved"
                                          : "queries fail until it is"));
}

void Node::GoLive() {
  live_ = true;
  engine_.KeepState();
  CurrentHeartbeat()->Start();
}

absl::Status Node::Reload(const Settings& settings) {
  const absl::StatusOr<redis::StoreOptions> store = StoreOptionsFor(settings);
  if (!store.ok()) return store.status();
  Settings taken_over = settings_;
  taken_over.redis = settings.redis;
  taken_over.control = settings.control;  // used by commands only
  if (taken_over != settings) {
    log_(Severity::kWarning,
         "only changes of [redis] are taken over; the others take effect at "
         "the next start");
  }
  // Even with the same settings, because the password file may have changed.
  engine_.Reconnect(*store);
  CurrentHeartbeat()->Stop();
  const std::shared_ptr<redis::Heartbeat> heartbeat = NewHeartbeat(*store);
  {
    MutexLock lock(&heartbeat_mutex_);
    heartbeat_ = heartbeat;
  }
  if (live_) heartbeat->Start();
  settings_ = std::move(taken_over);
  redis_display_ = store->location.Display();
  log_(Severity::kInfo, "settings read again; connecting to Redis anew");
  return absl::OkStatus();
}

void Node::Stop() {
  CurrentHeartbeat()->Stop();
  engine_.Stop();
}

}  // namespace groupring::backend
