#include "backend/control/node_wait.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/node_report.h"
#include "backend/report/table.h"
#include "redis/connection/connection.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using TimePoint = std::chrono::steady_clock::time_point;

// Nodes report a change at once, so the first pauses are short.
constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{500};

// After an outage of Redis nodes try again every 2 s at the latest; they count
// as silent meanwhile, which is not their fault.
constexpr milliseconds kReturn{10000};

std::string WaitingFor(const std::vector<std::string>& nodes) {
  return "waiting for " + Printable(absl::StrJoin(nodes, ", "));
}

// What has been seen of the nodes and of Redis since the wait began.
class Observer {
 public:
  explicit Observer(int64_t generation) : generation_(generation) {}

  void RedisIsAway() { return_until_ = TimePoint::max(); }

  // The first look after an outage.
  bool RedisIsBack(TimePoint now) {
    if (return_until_ != TimePoint::max()) return false;
    return_until_ = now + kReturn;
    outage_ = true;
    return true;
  }

  void Look(const std::vector<redis::NodeStatus>& nodes) {
    progress_ = ProgressOf(nodes, generation_);
    const std::vector<std::string> labels = NodeLabels(nodes);
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].is_up()) known_.insert(labels[i]);
    }
    if (!outage_) return;
    // It may have come back without the list. (Otherwise a node that is no
    // longer listed was replaced or forgotten.)
    for (const std::string& label : known_) {
      if (std::find(labels.begin(), labels.end(), label) == labels.end()) {
        progress_.gone.push_back(label);
      }
    }
    std::sort(progress_.gone.begin(), progress_.gone.end());
  }

  // The nodes that are waited for; nothing when there is nothing to wait for.
  std::optional<std::vector<std::string>> Awaited(TimePoint now) const {
    std::vector<std::string> awaited = progress_.behind;
    const bool returning = outage_ && now < return_until_;
    if (returning) {
      awaited.insert(awaited.end(), progress_.gone.begin(),
                     progress_.gone.end());
      std::sort(awaited.begin(), awaited.end());
    }
    if (!awaited.empty() || (returning && progress_.applied.empty())) {
      return awaited;
    }
    return std::nullopt;
  }

  const NodeProgress& progress() const { return progress_; }

 private:
  const int64_t generation_;
  NodeProgress progress_;
  std::set<std::string> known_;
  bool outage_ = false;
  // TimePoint::max() while Redis is away.
  TimePoint return_until_;
};

// After an outage: kAborted unless Redis still has the change.
absl::Status CheckKept(int64_t generation, ControlStore* store) {
  const auto dataset = store->Load();
  if (!dataset.ok()) return dataset.status();
  if (dataset->generation >= generation) return absl::OkStatus();
  return absl::AbortedError(absl::StrFormat(
      "the change is lost: Redis was away and came back with data from before "
      "it (generation %d, the change made it %d); look at the state and repeat "
      "the command",
      dataset->generation, generation));
}

}  // namespace

NodeProgress ProgressOf(const std::vector<redis::NodeStatus>& nodes,
                        int64_t generation) {
  NodeProgress progress;
  const std::vector<std::string> labels = NodeLabels(nodes);
  for (size_t i = 0; i < nodes.size(); ++i) {
    const redis::NodeStatus& node = nodes[i];
    if (node.state == redis::NodeState::kSilent) {
      progress.gone.push_back(labels[i]);
      progress.forget.push_back(ForgetOperand(nodes, i));
      continue;
    }
    if (node.state == redis::NodeState::kStopped) {
      progress.stopped.push_back(labels[i]);
      continue;
    }
    // A node that doubts what Redis holds does not answer by it.
    (node.generation >= generation && !node.doubting() ? progress.applied
                                                       : progress.behind)
        .push_back(labels[i]);
    if (!node.trouble.empty()) {
      progress.troubled.push_back(labels[i] + ": " + node.trouble);
    }
  }
  std::sort(progress.applied.begin(), progress.applied.end());
  std::sort(progress.behind.begin(), progress.behind.end());
  std::sort(progress.gone.begin(), progress.gone.end());
  std::sort(progress.stopped.begin(), progress.stopped.end());
  return progress;
}

absl::StatusOr<NodeWait> WaitForNodes(int64_t generation, milliseconds timeout,
                                      ControlStore* store, const Clock* clock,
                                      const Pause& pause, const News& news) {
  const auto deadline = clock->Steady() + timeout;
  Observer observer(generation);
  bool looked = false;
  milliseconds next = kFirstPause;
  std::string said;
  for (;;) {
    auto nodes = store->Nodes();
    absl::Status status = nodes.status();
    if (status.ok() && observer.RedisIsBack(clock->Steady())) {
      status = CheckKept(generation, store);
    }
    std::string now;
    if (status.ok()) {
      observer.Look(*nodes);
      looked = true;
      const auto awaited = observer.Awaited(clock->Steady());
      if (!awaited) return NodeWait{observer.progress(), false, true};
      now = awaited->empty() ? "waiting for nodes to speak up again"
                             : WaitingFor(*awaited);
    } else if (redis::IsConnectionLost(status)) {
      observer.RedisIsAway();
      now = "waiting for Redis: " + std::string(status.message());
    } else {
      return status;
    }
    if (now != said) news(now);
    said = std::move(now);
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - clock->Steady());
    if (left.count() <= 0) return NodeWait{observer.progress(), true, looked};
    pause(std::min(next, left));
    next = std::min(next * 2, kLongestPause);
  }
}

}  // namespace groupring::backend
