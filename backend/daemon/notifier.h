// Runs the command of [notify] for each event of the service.
#ifndef GROUPRING_BACKEND_DAEMON_NOTIFIER_H_
#define GROUPRING_BACKEND_DAEMON_NOTIFIER_H_

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "backend/engine/engine.h"
#include "backend/report/service_events.h"
#include "backend/settings/settings.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"
#include "redis/base/worker_thread.h"

namespace groupring::backend {

// A thread of its own looks once a second what has changed and runs the command
// with the event as JSON on its standard input, one at a time. What takes too
// long is ended, with all that it has started. Nothing else waits for it:
// events that come faster than they can be told wait, the newest of more than
// kMostWaiting are left out, and that is said with the next one.
class Notifier {
 public:
  static constexpr size_t kMostWaiting = 100;

  // Without a command it does nothing. `clock` goes by Redis' time. Both
  // outlive it.
  Notifier(Settings::Notify settings, std::string node, const Engine* engine,
           const Clock* clock, LogSink log);
  ~Notifier() { Stop(); }

  // What holds at the first look is no event.
  void Start();
  // Ends a command that is running. Idempotent.
  void Stop();

  // A child of this process has ended; by whom children are waited for.
  void ChildEnded(pid_t child, int status) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Waiting {
    ServiceEvent event;
    int64_t unix_millis = 0;
  };

  void Run();
  void Look();
  // Has the next event told, if nothing is running and it may be told now.
  void TellNext() ABSL_LOCKS_EXCLUDED(mutex_);
  // What became of the command that was running.
  void SeeToRunning() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<pid_t> Spawn(const std::string& json) const;

  const Settings::Notify settings_;
  const std::string node_;
  const Engine* const engine_;
  const Clock* const clock_;
  const LogSink log_;

  // The thread's.
  std::optional<ServiceView> before_;
  std::deque<Waiting> waiting_;
  size_t left_out_ = 0;
  TimePoint deadline_{};
  bool overdue_ = false;  // and killed
  TimePoint minute_{};
  int64_t this_minute_ = 0;

  Mutex mutex_;
  pid_t running_ ABSL_GUARDED_BY(mutex_) = 0;  // 0: none
  std::optional<int> ended_ ABSL_GUARDED_BY(mutex_);
  WorkerThread thread_{"notify"};
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_NOTIFIER_H_
