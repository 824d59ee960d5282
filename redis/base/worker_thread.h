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

  // `name` is what ps and top show of it: its first 15 characters.
  explicit WorkerThread(std::string name) : name_(std::move(name)) {}
  ~WorkerThread() { Stop(); }

  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  // Runs `body`, which returns soon after stopping() has become true. Nothing
  // while it runs or after Stop. Start and Stop are for one thread.
  void Start(std::function<void()> body);

  // Wakes the thread and waits for its end. Idempotent.
  void Stop();

  // Any thread.
  bool stopping() const { return stopping_; }
  const std::atomic<bool>& stop_flag() const { return stopping_; }
  void Wake() { wakeup_.Notify(); }

  // The rest is for the body. It may also poll this itself, which Stop, too,
  // notifies.
  Wakeup* wakeup() { return &wakeup_; }

  // Until woken, or stopping.
  void Wait();

  // Until the clock shows that time, woken, or stopping. Returns whether it was
  // woken.
  bool WaitUntil(TimePoint until, const Clock& clock);

  // Until the clock shows that time, or stopping. A wake-up meanwhile ends the
  // next wait.
  void SleepUntil(TimePoint until, const Clock& clock);

 private:
  const std::string name_;
  std::atomic<bool> stopping_{false};
  Wakeup wakeup_;
  bool woken_ = false;  // while it slept
  std::thread thread_;
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_WORKER_THREAD_H_
