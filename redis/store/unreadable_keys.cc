#include "redis/store/unreadable_keys.h"

#include <algorithm>

namespace groupring::redis {

void UnreadableKeys::Update(const Findings& findings) {
  if (!keys_.empty()) {
    for (const std::string& key : findings.keys) keys_.erase(key);
  }
  keys_.insert(findings.unreadable.begin(), findings.unreadable.end());
}

void UnreadableKeys::TakeStep(const Dataset& dataset, KeySelection* selection) {
  before_step_ = keys_.size();
  auto next = keys_.upper_bound(last_);
  for (size_t i = 0; i < std::min(kKeysPerStep, keys_.size()); ++i) {
    if (next == keys_.end()) next = keys_.begin();
    AddChangedKey(*next, dataset, selection);
    last_ = *next;
    ++next;
  }
}

void UnreadableKeys::StepTaken(TimePoint now) {
  next_ = now + (keys_.size() < before_step_ ? kShortPause : kPause);
}

}  // namespace groupring::redis
