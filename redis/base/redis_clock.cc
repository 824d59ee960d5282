#include "redis/base/redis_clock.h"

#include <cstdlib>
#include <utility>

namespace groupring {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;

// How long a sample of a master excludes samples of replicas.
constexpr std::chrono::seconds kMasterCounts{60};

// Quartz clocks drift by less than this against each other.
constexpr int64_t kDriftDivisor = 10'000;  // 100 parts per million

// A sample holds for the whole of the millisecond in which it was taken.
constexpr milliseconds kRounding{1};

int64_t MillisOf(TimePoint time) {
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch())
      .count();
}

int64_t OffsetOf(const TimeSample& sample) {
  return sample.server_unix_millis - MillisOf(sample.at);
}

}  // namespace

int64_t RedisClock::UnixMillis() const {
  const int64_t offset = offset_millis_.load(std::memory_order_relaxed);
  if (offset == kUnknown) return host_->UnixMillis();
  return MillisOf(host_->Steady()) + offset;
}

void RedisClock::Observe(const TimeSample& sample, TimeSource source) {
  milliseconds step{0};
  std::function<void(milliseconds)> listener;
  {
    const MutexLock lock(&mutex_);
    if (source == TimeSource::kMaster) {
      master_asked_ = sample.at;
    } else if (master_asked_ && sample.at - *master_asked_ < kMasterCounts) {
      return;
    }
    const bool known = offset_millis_.load() != kUnknown;
    if (known) {
      const nanoseconds aged =
          last_.uncertainty + (sample.at - last_.at) / kDriftDivisor;
      const milliseconds apart(std::abs(OffsetOf(sample) - OffsetOf(last_)));
      const bool agree = apart <= aged + sample.uncertainty + kRounding;
      if (agree && sample.uncertainty > aged) return;
    }
    const int64_t before = UnixMillis();
    last_ = sample;
    offset_millis_.store(OffsetOf(sample));
    step = milliseconds(UnixMillis() - before);
    listener = step_listener_;
  }
  if (step.count() != 0 && listener) listener(step);
}

std::optional<milliseconds> RedisClock::HostOffset() const {
  if (offset_millis_.load(std::memory_order_relaxed) == kUnknown) {
    return std::nullopt;
  }
  return milliseconds(host_->UnixMillis() - UnixMillis());
}

void RedisClock::SetStepListener(std::function<void(milliseconds)> listener) {
  const MutexLock lock(&mutex_);
  step_listener_ = std::move(listener);
}

}  // namespace groupring
