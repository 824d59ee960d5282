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

// A thread of its own looks for changes once a second and runs the command for
// one event at a time, with the event as JSON on standard input. A command that
// takes too long is killed with its children. Nothing else waits for it. Up to
// kMostWaiting events are queued; later ones are dropped, and the next event
// says how many.
class Notifier {
 public:
  static constexpr size_t kMostWaiting = 100;

  // Without a command it does nothing. `clock` goes by Redis' time. Both
  // outlive it.
  Notifier(Settings::Notify settings, std::string node, const Engine* engine,
           const Clock* clock, LogSink log);
  ~Notifier() { Stop(); }

  // The state at the first look is not an event.
  void Start();
  // Ends a command that is running. Idempotent.
  void Stop();

  // Called by the owner, which waits for children, when one has ended.
  void ChildEnded(pid_t child, int status) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Waiting {
    ServiceEvent event;
    int64_t unix_millis = 0;
  };

  void Run();
  void Look();
  // Runs the command for the next event, unless one is running or `per_minute`
  // is reached.
  void TellNext() ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes in the end of the running command, or kills it when it is overdue.
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
