// A thread with a name, a request to stop and a wake-up.
#ifndef GROUPRING_REDIS_BASE_WORKER_THREAD_H_
#define GROUPRING_REDIS_BASE_WORKER_THREAD_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "redis/base/clock.h"
#include "redis/base/wakeup.h"

namespace groupring {

class WorkerThread {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // ps and top show the first 15 characters of `name`.
  explicit WorkerThread(std::string name) : name_(std::move(name)) {}
  ~WorkerThread() { Stop(); }

  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  // Runs `body`, which must return soon after stopping() has become true. Does
  // nothing if it already runs or after Stop. One thread calls Start and Stop.
  void Start(std::function<void()> body);

  // Wakes the thread and waits until it ends. Idempotent.
  void Stop();

  // Any thread.
  bool stopping() const { return stopping_; }
  const std::atomic<bool>& stop_flag() const { return stopping_; }
  void Wake() { wakeup_.Notify(); }

  // The rest is for `body`. It may also poll this; Wake and Stop notify it.
  Wakeup* wakeup() { return &wakeup_; }

  // Waits until woken or stopping.
  void Wait();

  // Waits until the clock shows that time, woken or stopping. Returns whether
  // it was woken.
  bool WaitUntil(TimePoint until, const Clock& clock);

  // Waits until the clock shows that time, or stopping. A wake-up in the
  // meantime ends the next wait.
  void SleepUntil(TimePoint until, const Clock& clock);

 private:
  const std::string name_;
  std::atomic<bool> stopping_{false};
  Wakeup wakeup_;
  bool woken_ = false;  // woken during SleepUntil
  std::thread thread_;
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_WORKER_THREAD_H_
