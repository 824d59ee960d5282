#include "tests/bench/load/stalls.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <utility>

namespace groupring::bench {
namespace {

using Clock = StallWatch::Clock;

constexpr std::chrono::microseconds kNap{250};
constexpr std::chrono::microseconds kLate{500};

// Those that overlap become one.
std::vector<StallWatch::Stall> Merged(std::vector<StallWatch::Stall> all) {
  std::sort(all.begin(), all.end(),
            [](const StallWatch::Stall& a, const StallWatch::Stall& b) {
              return a.begin < b.begin;
            });
  std::vector<StallWatch::Stall> merged;
  for (const StallWatch::Stall& stall : all) {
    if (!merged.empty() && stall.begin <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, stall.end);
    } else {
      merged.push_back(stall);
    }
  }
  return merged;
}

}  // namespace

StallWatch::StallWatch() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof(allowed), &allowed);
  found_.resize(static_cast<size_t>(CPU_COUNT(&allowed)));
  for (size_t processor = 0; threads_.size() < found_.size(); ++processor) {
    if (!CPU_ISSET(processor, &allowed)) continue;
    std::vector<Stall>* const stalls = &found_[threads_.size()];
    threads_.emplace_back(
        [this, processor, stalls] { Watch(processor, stalls); });
  }
}

StallWatch::~StallWatch() { Stop(); }

std::vector<StallWatch::Stall> StallWatch::Stop() {
  stopped_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  std::vector<Stall> all;
  for (const std::vector<Stall>& some : found_) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return Merged(std::move(all));
}

void StallWatch::Watch(size_t processor, std::vector<Stall>* stalls) {
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(processor, &here);
  const sched_param priority{1};
  if (pthread_setaffinity_np(pthread_self(), sizeof(here), &here) != 0 ||
      pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) != 0) {
    refused_ = true;
    return;
  }
  while (!stopped_) {
    const Clock::time_point due = Clock::now() + kNap;
    std::this_thread::sleep_until(due);
    const Clock::time_point now = Clock::now();
    if (now - due > kLate) stalls->push_back({due, now});
  }
}

Clock::duration Stalled(const std::vector<StallWatch::Stall>& stalls,
                        Clock::time_point begin, Clock::time_point end) {
  auto stall =
      std::lower_bound(stalls.begin(), stalls.end(), begin,
                       [](const StallWatch::Stall& one, Clock::time_point at) {
                         return one.end < at;
                       });
  Clock::duration sum{0};
  for (; stall != stalls.end() && stall->begin < end; ++stall) {
    sum += std::min(stall->end, end) - std::max(stall->begin, begin);
  }
  return sum;
}

}  // namespace groupring::bench
