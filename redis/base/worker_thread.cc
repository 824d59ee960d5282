#include "redis/base/worker_thread.h"

#include <pthread.h>

#include <utility>

namespace groupring {

void WorkerThread::Start(std::function<void()> body) {
  if (thread_.joinable() || stopping_) return;
  thread_ = std::thread([name = name_.substr(0, 15), body = std::move(body)] {
    pthread_setname_np(pthread_self(), name.c_str());
    body();
  });
}

void WorkerThread::Stop() {
  stopping_ = true;
  wakeup_.Notify();
  if (thread_.joinable()) thread_.join();
}

void WorkerThread::Wait() { WaitUntil(TimePoint::max(), SystemClock()); }

bool WorkerThread::WaitUntil(TimePoint until, const Clock& clock) {
  bool woken = std::exchange(woken_, false);
  while (!woken && !stopping_ && clock.Steady() < until) {
    clock.WaitUntil(until, wakeup_.fd());
    woken = wakeup_.Clear();
  }
  return woken;
}

void WorkerThread::SleepUntil(TimePoint until, const Clock& clock) {
  bool woken = false;
  while (!stopping_ && clock.Steady() < until) {
    clock.WaitUntil(until, wakeup_.fd());
    woken = wakeup_.Clear() || woken;
  }
  woken_ = woken_ || woken;
}

}  // namespace groupring
