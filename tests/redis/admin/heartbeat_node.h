// A node with its heartbeat, for tests.
#ifndef GROUPRING_TESTS_REDIS_ADMIN_HEARTBEAT_NODE_H_
#define GROUPRING_TESTS_REDIS_ADMIN_HEARTBEAT_NODE_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "redis/admin/heartbeat.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/wait_until.h"

namespace groupring::redis {

class FixedWallClock : public SystemClock {
 public:
  int64_t UnixMillis() const override { return 1'700'000'000'123 + passed_; }
  void Pass(int64_t millis) { passed_ += millis; }

 private:
  std::atomic<int64_t> passed_{0};
};

// A node with its heartbeat. Unless told otherwise it beats when it starts and
// when it is poked.
class Node {
 public:
  explicit Node(const std::string& url, const std::string& name = "n1",
                const std::function<void(HeartbeatOptions*)>& adjust = {})
      : name_(name) {
    HeartbeatOptions options;
    options.location = EndpointOf(url);
    options.timeouts = {testing::kPatience, testing::kPatience};
    options.interval = std::chrono::hours(1);
    options.backoff_max = std::chrono::hours(2);
    if (adjust) adjust(&options);
    heartbeat_ = std::make_unique<Heartbeat>(
        options, [this] { return Describe(); },
        [this](const std::vector<NodeStatus>& replaced) {
          const std::lock_guard<std::mutex> lock(mutex_);
          for (const NodeStatus& node : replaced) {
            inherited_.insert(node.cached_until.begin(),
                              node.cached_until.end());
          }
        },
        &clock_,
        [this](Severity, const std::string& line) {
          const std::lock_guard<std::mutex> lock(mutex_);
          log_ += line + "\n";
        });
    heartbeat_->Start();
  }

  // What nodes whose place it has taken had reported.
  std::map<std::string, int64_t> inherited() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return inherited_;
  }
  Heartbeat& heartbeat() { return *heartbeat_; }
  int beats() const { return beats_; }

  // Returns to the heartbeat only while open.
  void SetGate(bool open) {
    const std::lock_guard<std::mutex> lock(mutex_);
    gate_open_ = open;
    changed_.notify_all();
  }
  void PassTime(int64_t millis) { clock_.Pass(millis); }
  void SetGeneration(int64_t generation) { generation_ = generation; }

  size_t LinesWith(const std::string& text) {
    const std::lock_guard<std::mutex> lock(mutex_);
    size_t count = 0;
    for (size_t at = 0; (at = log_.find(text, at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  }

 private:
  NodeStatus Describe() {
    NodeStatus status;
    status.name = name_;
    status.instance = "i-" + name_;
    status.host = "host1";
    status.kind = NodeKind::kDaemon;
    status.place = "/run/remote.sock";
    status.live_since_unix_millis = 1'700'000'000'000;
    status.version = "0.1.0";
    status.pid = 4711;
    status.started_unix_seconds = 1'600'000'000;
    status.generation = generation_;
    status.names = 3;
    status.groups = 2;
    status.trouble = "Redis is slow";
    ++beats_;
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return gate_open_; });
    status.cached_until = inherited_;
    return status;
  }

  const std::string name_;
  FixedWallClock clock_;
  std::atomic<int> beats_{0};
  std::atomic<int64_t> generation_{1};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool gate_open_ = true;
  std::string log_;
  std::map<std::string, int64_t> inherited_;
  std::unique_ptr<Heartbeat> heartbeat_;  // last: its thread uses the rest
};

inline bool WaitForNode(Admin* admin, const std::string& name,
                        int64_t generation) {
  return testing::WaitUntil([&] {
    const auto nodes = admin->Nodes();
    if (!nodes.ok()) return false;
    for (const NodeStatus& node : *nodes) {
      if (node.name == name && node.generation == generation) return true;
    }
    return false;
  });
}

}  // namespace groupring::redis

#endif  // GROUPRING_TESTS_REDIS_ADMIN_HEARTBEAT_NODE_H_
