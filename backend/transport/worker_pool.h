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

class WorkerPool {
 public:
  ~WorkerPool() { Stop(); }

  // Starts threads up to that number. kResourceExhausted: there are none to be
  // had. Start and Stop are for one thread.
  absl::Status Start(size_t threads);

  // Has a thread call `work`, in the order of the calls. Any thread.
  void Enqueue(std::function<void()> work);

  // Waits for the work under way and drops what has not begun. Idempotent.
  void Stop();

 private:
  void Run();

  Mutex mutex_;
  CondVar changed_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_WORKER_POOL_H_
