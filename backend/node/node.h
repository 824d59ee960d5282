// A node that answers queries: an engine and the heartbeat that reports it in
// Redis. The daemon, the coprocess and the embedded mode run one each.
#ifndef GROUPRING_BACKEND_NODE_NODE_H_
#define GROUPRING_BACKEND_NODE_NODE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/engine/engine.h"
#include "backend/settings/settings.h"
#include "backend/snapshot/snapshot.h"
#include "redis/admin/heartbeat.h"
#include "redis/admin/record_reader.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"
#include "redis/base/redis_clock.h"
#include "redis/model/node_status.h"
#include "redis/model/service_records.h"

namespace groupring::backend {

// How the process of a node is run, as Redis lists it.
struct NodeRole {
  redis::NodeKind kind = redis::NodeKind::kUnknown;
  std::string place;  // see redis::NodeIdentity
};

// Created, started, reloaded and stopped by one thread. Any thread may use the
// engine's handlers.
class Node {
 public:
  // kInvalidArgument: the message names the setting that is wrong. `clock`, the
  // host's, outlives the node.
  static absl::StatusOr<std::unique_ptr<Node>> Create(Settings settings,
                                                      NodeRole role,
                                                      const Clock* clock,
                                                      LogSink log);
  ~Node();  // stops

  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Starts the engine and waits at most `wait` for the first load, so that
  // PowerDNS' first question, the list of zones, does not fail. If Redis is not
  // loaded by then, logs which data it answers from.
  void Start(std::chrono::milliseconds wait);

  // From now on reports the node in Redis and keeps the last good data on
  // disk. To be called once, when the node begins to answer.
  void GoLive();

  // Applies [redis]. Other settings take effect at the next start; if they
  // differ, that is logged. After an error nothing has changed.
  absl::Status Reload(const Settings& settings);

  void Stop();  // idempotent

  Engine* engine() { return &engine_; }
  // Redis' time, as far as it is known.
  const Clock* clock() const { return &clock_; }
  const Settings& settings() const { return settings_; }
  // What Redis holds of all nodes and of changes. Any thread; see
  // RecordReader::Read.
  redis::ServiceRecords ReadRecords() { return records_.Read(); }
  std::string redis_display() const { return redis_display_; }
  // Of this start of the process, as Redis lists it.
  const std::string& instance() const { return identity_.instance; }

 private:
  Node(Settings settings, const redis::StoreOptions& store, NodeRole role,
       const Clock* clock, LogSink log);
  redis::NodeStatus Describe();
  void Inherit(const std::vector<redis::NodeStatus>& replaced);
  // Extends the cache holds for an earlier process of this node, which may have
  // crashed or did not measure: it may have answered until this node went live.
  void HoldFormerAnswers(const Snapshot& snapshot, int64_t unix_seconds);
  void LogClock(const NodeFacts& facts);
  redis::StoreOptions WithClock(redis::StoreOptions store);
  std::shared_ptr<redis::Heartbeat> NewHeartbeat(
      const redis::StoreOptions& store);
  std::shared_ptr<redis::Heartbeat> CurrentHeartbeat() const
      ABSL_LOCKS_EXCLUDED(heartbeat_mutex_);

  Settings settings_;
  std::string redis_display_;  // without password
  RedisClock clock_;
  const LogSink log_;
  const redis::NodeIdentity identity_;
  const std::chrono::steady_clock::time_point started_;
  bool live_ = false;
  std::chrono::steady_clock::time_point live_since_{};
  // The heartbeat's thread only.
  bool clock_was_off_ = false;
  bool former_answers_held_ = false;
  Engine engine_;
  redis::RecordReader records_;
  mutable Mutex heartbeat_mutex_;  // held to copy a pointer only
  std::shared_ptr<redis::Heartbeat> heartbeat_
      ABSL_GUARDED_BY(heartbeat_mutex_);
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_NODE_NODE_H_
