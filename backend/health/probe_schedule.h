// When each address is probed.
#ifndef GROUPRING_BACKEND_HEALTH_PROBE_SCHEDULE_H_
#define GROUPRING_BACKEND_HEALTH_PROBE_SCHEDULE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "redis/base/random.h"

namespace groupring::backend {

// Tasks have numbers that their owner chooses. Each makes connections to one
// host; several tasks may share a host. A host has one connection at a time,
// and a new one no sooner than `spacing` after the one before. A task begins
// again at the end of its interval or, at random, up to kJitterPercent sooner,
// so that tasks do not stay in step. At the start they are spread over an
// interval.
//
// A function of its inputs. Not thread-safe.
class ProbeSchedule {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;
  using TaskId = uint64_t;
  using HostId = uint64_t;

  // By how much of an interval a task begins sooner, at most.
  static constexpr int kJitterPercent = 10;

  // `random` outlives it.
  ProbeSchedule(Random* random, Duration spacing)
      : random_(random), spacing_(spacing) {}

  void SetSpacing(Duration spacing) { spacing_ = spacing; }

  // REQUIRES: there is no task of that number.
  void Add(TaskId id, HostId host, Duration interval, Time now);
  // If its connection is open, the host stays taken until Done.
  void Remove(TaskId id);

  // The time when Take will have a task; the maximum when all of them wait for
  // Done.
  Time NextDue() const;

  // Returns a task that has to connect now; its host is taken until Done.
  // *late: by how much it is late, not counting waits for the host.
  std::optional<TaskId> Take(Time now, Duration* late);

  // The connection of the task (which may be removed by now) has ended. `more`:
  // the task needs another one before it is done for this interval.
  enum class Next : uint8_t { kInterval, kMore };
  void Done(TaskId id, Next next, Time now);

  size_t size() const { return tasks_.size(); }

 private:
  struct Task {
    HostId host = 0;
    Duration interval{};
    Time begun;              // the first connection of this interval
    Time wanted;             // since when it waits
    Time due;                // the earliest time that the host allows
    bool continues = false;  // due with another connection, not a new interval
    bool is_removed = false;
  };
  struct Host {
    size_t tasks = 0;
    std::optional<TaskId> running;
    Time free_at;
  };

  // Of those that wait for a host the one that has waited longest comes first.
  using Turn = std::tuple<Time, Time, TaskId>;  // due, wanted
  static Turn TurnOf(TaskId id, const Task& task) {
    return {task.due, task.wanted, id};
  }

  void Plan(TaskId id, Task* task, Time wanted);
  void Drop(TaskId id);

  Random* const random_;
  Duration spacing_;
  absl::flat_hash_map<TaskId, Task> tasks_;
  absl::flat_hash_map<HostId, Host> hosts_;
  // Those whose host has no connection.
  std::set<Turn> due_;
  // Those that wait for the connection of their host to end.
  std::set<std::pair<HostId, TaskId>> waiting_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_PROBE_SCHEDULE_H_
