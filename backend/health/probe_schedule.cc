#include "backend/health/probe_schedule.h"

#include <algorithm>

namespace groupring::backend {
namespace {

ProbeSchedule::Duration RandomPart(ProbeSchedule::Duration whole,
                                   Random* random) {
  if (whole.count() <= 0) return {};
  return ProbeSchedule::Duration(static_cast<int64_t>(
      random->Below(static_cast<uint64_t>(whole.count()))));
}

}  // namespace

void ProbeSchedule::Add(TaskId id, HostId host, Duration interval, Time now) {
  Task& task = tasks_[id];
  task.host = host;
  task.interval = interval;
  ++hosts_[host].tasks;
  Plan(id, &task, now + RandomPart(interval, random_));
}

// The time is in due_ as soon as the host has no connection.
void ProbeSchedule::Plan(TaskId id, Task* task, Time wanted) {
  const Host& host = hosts_.at(task->host);
  task->wanted = wanted;
  if (host.running) {
    waiting_.emplace(task->host, id);
    return;
  }
  task->due = std::max(wanted, host.free_at);
  due_.insert(TurnOf(id, *task));
}

void ProbeSchedule::Remove(TaskId id) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return;
  Task& task = found->second;
  if (hosts_.at(task.host).running == id) {
    task.is_removed = true;
    return;
  }
  due_.erase(TurnOf(id, task));
  waiting_.erase({task.host, id});
  Drop(id);
}

void ProbeSchedule::Drop(TaskId id) {
  const auto found = tasks_.find(id);
  const HostId host = found->second.host;
  tasks_.erase(found);
  // When it was last connected to is forgotten with the last task: one that is
  // added later begins at random.
  if (--hosts_.at(host).tasks == 0) hosts_.erase(host);
}

ProbeSchedule::Time ProbeSchedule::NextDue() const {
  return due_.empty() ? Time::max() : std::get<0>(*due_.begin());
}

std::optional<ProbeSchedule::TaskId> ProbeSchedule::Take(Time now,
                                                         Duration* late) {
  while (!due_.empty() && NextDue() <= now) {
    const TaskId id = std::get<TaskId>(*due_.begin());
    due_.erase(due_.begin());
    Task& task = tasks_.at(id);
    Host& host = hosts_.at(task.host);
    if (host.running) {
      // Another task of the host was taken meanwhile.
      waiting_.emplace(task.host, id);
      continue;
    }
    if (host.free_at > now) {
      Plan(id, &task, task.wanted);
      continue;
    }
    *late = now - std::max(task.due, host.free_at);
    host.running = id;
    host.free_at = now + spacing_;
    if (!task.continues) task.begun = now;
    return id;
  }
  return std::nullopt;
}

void ProbeSchedule::Done(TaskId id, Next next, Time now) {
  Task& task = tasks_.at(id);
  const HostId host_id = task.host;
  hosts_.at(host_id).running.reset();
  if (task.is_removed) {
    Drop(id);
  } else {
    task.continues = next == Next::kMore;
    const Duration sooner =
        RandomPart(task.interval * kJitterPercent / 100, random_);
    Plan(id, &task,
         task.continues ? now
                        : std::max(now, task.begun + task.interval - sooner));
  }
  // The others of the host, if it still has any.
  auto waiting = waiting_.lower_bound({host_id, 0});
  while (waiting != waiting_.end() && waiting->first == host_id) {
    const TaskId other = waiting->second;
    waiting = waiting_.erase(waiting);
    Task& waiter = tasks_.at(other);
    Plan(other, &waiter, waiter.wanted);
  }
}

}  // namespace groupring::backend
