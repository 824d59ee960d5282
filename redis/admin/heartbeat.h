// Says in Redis, again and again, that this node lives and what it answers by.
#ifndef GROUPRING_REDIS_ADMIN_HEARTBEAT_H_
#define GROUPRING_REDIS_ADMIN_HEARTBEAT_H_

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/worker_thread.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"
#include "redis/model/node_status.h"

namespace groupring::redis {

struct HeartbeatOptions {
  Location location;
  ConnectionTimeouts timeouts;
  std::chrono::milliseconds interval{2000};
  // Of the key: a node that has not been heard of for so long is no more.
  std::chrono::milliseconds expiry{10000};
};

// A thread and a connection of its own, so that it never delays the store. A
// Redis that cannot be written to (a read-only replica, missing rights) is
// logged once and tried again with back-off; queries do not depend on it.
class Heartbeat {
 public:
  // `describe` is called on the heartbeat's thread. Both outlive it.
  Heartbeat(HeartbeatOptions options, std::function<NodeStatus()> describe,
            const Clock* clock, LogSink log);
  ~Heartbeat() { Stop(); }

  void Start();
  // Removes the node's key when Redis answers in time. Idempotent.
  void Stop();
  // Something changed: say so now. Any thread; never blocks.
  void Poke();

 private:
  void Run();
  absl::Status Beat();
  void Say(const absl::Status& status);

  const HeartbeatOptions options_;
  const std::function<NodeStatus()> describe_;
  const Clock* const clock_;
  const LogSink log_;
  WorkerThread thread_{"redis-heartbeat"};

  // The thread's.
  std::unique_ptr<Connection> connection_;
  std::string announced_;
  std::set<absl::StatusCode> troubles_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_HEARTBEAT_H_
