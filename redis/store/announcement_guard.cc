#include "redis/store/announcement_guard.h"

#include <algorithm>

namespace groupring::redis {
namespace {

// A name that has changed explains this many announcements.
constexpr size_t kKeysOfName = 7;

}  // namespace

void AnnouncementGuard::Note(const std::vector<std::string>& keys,
                             size_t changed, TimePoint now) {
  if (now - window_start_ >= kWindow) {
    window_start_ = now;
    needless_ = 0;
    needless_keys_.clear();
  }
  const size_t explained = changed * kKeysOfName;
  if (keys.size() <= explained) return;
  needless_ += keys.size() - explained;
  for (const std::string& key : keys) {
    if (needless_keys_.size() >= kManyKeys) break;
    needless_keys_.insert(key);
  }
  if (needless_ < kTooMany) return;
  next_reaction_ = now + kSlowPace;
  overflows_ = needless_keys_.size() >= kManyKeys;
}

AnnouncementGuard::TimePoint AnnouncementGuard::StartRest(TimePoint now) {
  // Soon after the last one it is the same trouble still.
  const bool again = rest_.count() > 0 && now - rest_end_ < kFirstRest;
  rest_ = again ? std::min<std::chrono::seconds>(2 * rest_, kLongestRest)
                : kFirstRest;
  rest_end_ = now + rest_;
  overflows_ = false;
  next_reaction_ = now;
  window_start_ = now;
  needless_ = 0;
  needless_keys_.clear();
  return rest_end_;
}

}  // namespace groupring::redis
