#include "backend/snapshot/cache_holds.h"

namespace groupring::backend {

std::shared_ptr<CacheHold> CacheHolds::Of(const std::string& group) {
  const MutexLock lock(&mutex_);
  std::shared_ptr<CacheHold>& hold = holds_[group];
  if (hold == nullptr) {
    hold = std::make_shared<CacheHold>();
    hold->number_ = static_cast<uint32_t>(numbered_.size());
    numbered_.push_back(group);
  }
  return hold;
}

std::map<std::string, int64_t> CacheHolds::HeldAt(int64_t unix_millis) {
  std::map<std::string, int64_t> held;
  const MutexLock lock(&mutex_);
  for (const auto& [group, hold] : holds_) {
    const int64_t until = hold->until_unix_seconds();
    if (until * 1000 > unix_millis) held[group] = until;
  }
  absl::erase_if(holds_, [&](const auto& entry) {
    return entry.second.use_count() == 1 && !held.contains(entry.first);
  });
  return held;
}

std::vector<std::string> CacheHolds::Numbered() const {
  const MutexLock lock(&mutex_);
  return numbered_;
}

uint32_t CacheHolds::NumbersEnd() const {
  const MutexLock lock(&mutex_);
  return static_cast<uint32_t>(numbered_.size());
}

void CacheHolds::Shift(std::chrono::milliseconds step) {
  const MutexLock lock(&mutex_);
  pending_ += step;
  const auto whole = std::chrono::round<std::chrono::seconds>(pending_);
  pending_ -= whole;
  const int64_t seconds = whole.count();
  if (seconds == 0) return;
  for (const auto& [group, hold] : holds_) {
    if (hold->until_unix_seconds() != 0) {
      hold->until_unix_seconds_.fetch_add(seconds);
    }
  }
}

}  // namespace groupring::backend
