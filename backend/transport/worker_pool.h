// A few threads for work that would hold up an epoll loop.
#ifndef GROUPRING_BACKEND_TRANSPORT_WORKER_POOL_H_
#define GROUPRING_BACKEND_TRANSPORT_WORKER_POOL_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

enum class Urgency {
  kFirst,
  kLater,  // not while anything of kFirst waits, and never on all threads
};

class WorkerPool {
 public:
  ~WorkerPool() { Stop(); }

  // Starts threads up to these numbers: `for_all` for work of any urgency, at a
  // lower priority than other threads of the process, and `for_first` only for
  // work of kFirst. kResourceExhausted: the system has no threads left. Start
  // and Stop are for one thread.
  absl::Status Start(size_t for_all, size_t for_first);

  // Has a thread call `work`. Work of one urgency begins in the order of the
  // calls. Any thread.
  void Enqueue(Urgency urgency, std::function<void()> work);

  // Waits for the work under way and drops what has not begun. Idempotent.
  void Stop();

 private:
  using Queue = std::deque<std::function<void()>>;

  void Run(Urgency least);
  Queue* Next(Urgency least) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar changed_;
  Queue first_ ABSL_GUARDED_BY(mutex_);
  Queue later_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  size_t for_all_ = 0;
  size_t for_first_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_WORKER_POOL_H_
