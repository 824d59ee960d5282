// Reports this node in Redis periodically: that it lives, what it answers from,
// and until when caches may hold its answers.
#ifndef GROUPRING_REDIS_ADMIN_HEARTBEAT_H_
#define GROUPRING_REDIS_ADMIN_HEARTBEAT_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/redis_clock.h"
#include "redis/base/worker_thread.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"
#include "redis/model/node_status.h"
#include "redis/schema/write_batch.h"

namespace groupring::redis {

struct HeartbeatOptions {
  Location location;
  ConnectionTimeouts timeouts;
  std::chrono::milliseconds interval{2000};
  // The longest pause after a failed attempt.
  std::chrono::milliseconds backoff_max{2000};
  // How often it looks for nodes whose place this one has taken.
  std::chrono::milliseconds takeover_interval{2000};
  // Set to the master's time with each report; null: TIME is not asked. Must
  // outlive the heartbeat.
  RedisClock* redis_clock = nullptr;
  // Called after each report, with `last` after the one that the node stops, to
  // write what else the node has to say; may be null. An error says
  // that the connection is lost.
  std::function<absl::Status(Connection*, bool last)> say_more = nullptr;
};

// Has its own thread and connection, so that it never delays the store. If
// Redis cannot be written to (a read-only replica, missing rights), it logs
// that once and tries again with back-off; queries do not depend on it.
class Heartbeat {
 public:
  // Returns what the node reports. Called on the heartbeat's thread.
  using Describe = std::function<NodeStatus()>;
  // Called on the heartbeat's thread with nodes whose place this one has taken
  // (see HasTakenThePlaceOf), before they are removed from the list: from then
  // on this node reports what caches hold because of them.
  using Inherit = std::function<void(const std::vector<NodeStatus>&)>;

  // `clock` must outlive the heartbeat.
  Heartbeat(HeartbeatOptions options, Describe describe, Inherit inherit,
            const Clock* clock, LogSink log);
  ~Heartbeat() { Stop(); }

  void Start();
  // Ends the thread. If Redis answers in time it first reports that the node
  // has stopped; the node stays in the list. Idempotent.
  void Stop();
  // Ends the thread without a report, for a node that goes on answering and
  // reports elsewhere: in this Redis it becomes silent, unless another
  // heartbeat reports it here.
  void Abandon();
  // Makes the thread report now, because something changed. Any thread; never
  // blocks.
  void Poke();

 private:
  void Run();
  absl::Status Beat();
  absl::Status Connect();
  // The commands that remove the nodes whose place `node` has taken.
  absl::StatusOr<std::vector<RedisCommand>> TakePlaces(const NodeStatus& node);
  void SayStopped();
  void Say(const absl::Status& status);

  const HeartbeatOptions options_;
  const Describe describe_;
  const Inherit inherit_;
  const Clock* const clock_;
  const LogSink log_;
  WorkerThread thread_{"redis-heartbeat"};

  // The thread's.
  std::unique_ptr<Connection> connection_;
  std::atomic<bool> ends_{true};  // the node ends together with the heartbeat
  bool announced_ = false;
  std::chrono::steady_clock::time_point next_takeover_{};
  bool takeover_refused_ = false;  // it has been logged
  std::set<absl::StatusCode> troubles_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_HEARTBEAT_H_
