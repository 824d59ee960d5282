#include "backend/transport/worker_pool.h"

#include <system_error>
#include <utility>

#include "redis/base/errno_status.h"
#include "redis/base/thread_priority.h"

namespace groupring::backend {

absl::Status WorkerPool::Start(size_t for_all, size_t for_first) {
  try {
    for (; for_all_ < for_all; ++for_all_) {
      threads_.emplace_back([this] {
        LowerThreadPriority();
        Run(Urgency::kLater);
      });
    }
    for (; for_first_ < for_first; ++for_first_) {
      threads_.emplace_back([this] { Run(Urgency::kFirst); });
    }
  } catch (const std::system_error& error) {
    return ErrnoStatus(error.code().value(), "starting a thread");
  }
  return absl::OkStatus();
}

void WorkerPool::Enqueue(Urgency urgency, std::function<void()> work) {
  {
    const MutexLock lock(&mutex_);
    (urgency == Urgency::kFirst ? first_ : later_).push_back(std::move(work));
  }
  // Not every thread takes every kind.
  changed_.NotifyAll();
}

void WorkerPool::Stop() {
  {
    const MutexLock lock(&mutex_);
    stopping_ = true;
    first_.clear();
    later_.clear();
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  for_all_ = for_first_ = 0;
}

// Null: nothing waits.
WorkerPool::Queue* WorkerPool::Next(Urgency least) {
  if (!first_.empty()) return &first_;
  return least == Urgency::kLater && !later_.empty() ? &later_ : nullptr;
}

void WorkerPool::Run(Urgency least) {
  for (;;) {
    std::function<void()> work;
    {
      const MutexLock lock(&mutex_);
      Queue* queue = nullptr;
      while ((queue = Next(least)) == nullptr && !stopping_) {
        changed_.Wait(&mutex_);
      }
      if (stopping_) return;
      work = std::move(queue->front());
      queue->pop_front();
    }
    work();
  }
}

}  // namespace groupring::backend
