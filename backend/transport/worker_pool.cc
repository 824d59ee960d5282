#include "backend/transport/worker_pool.h"

#include <system_error>
#include <utility>

#include "redis/base/errno_status.h"

namespace groupring::backend {

absl::Status WorkerPool::Start(size_t threads) {
  try {
    while (threads_.size() < threads) {
      threads_.emplace_back([this] { Run(); });
    }
  } catch (const std::system_error& error) {
    return ErrnoStatus(error.code().value(), "starting a thread");
  }
  return absl::OkStatus();
}

void WorkerPool::Enqueue(std::function<void()> work) {
  {
    const MutexLock lock(&mutex_);
    queue_.push_back(std::move(work));
  }
  changed_.NotifyOne();
}

void WorkerPool::Stop() {
  {
    const MutexLock lock(&mutex_);
    stopping_ = true;
    queue_.clear();
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void WorkerPool::Run() {
  for (;;) {
    std::function<void()> work;
    {
      const MutexLock lock(&mutex_);
      while (queue_.empty() && !stopping_) changed_.Wait(&mutex_);
      if (stopping_) return;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

}  // namespace groupring::backend
