// Whether reading what Redis announces has become a circle.
//
// Redis remembers which keys it has shown, up to tracking-table-max-keys.
// Beyond that it forgets one for each new one and announces it as if it had
// changed: reading it again makes it forget the next. So announcements of keys
// that have not changed are counted.
#ifndef GROUPRING_REDIS_STORE_ANNOUNCEMENT_GUARD_H_
#define GROUPRING_REDIS_STORE_ANNOUNCEMENT_GUARD_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"

namespace groupring::redis {

// Not thread-safe.
class AnnouncementGuard {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // So many needless announcements in a second are too many. Of as many keys as
  // that it is Redis that forgets; of fewer, somebody writes the same values
  // over and over.
  static constexpr size_t kTooMany = 2000;
  static constexpr size_t kManyKeys = 64;
  static constexpr std::chrono::milliseconds kWindow{1000};
  // Between two reactions while there are too many.
  static constexpr std::chrono::milliseconds kSlowPace{10};
  // How long to go on without announcements before they are tried again.
  static constexpr std::chrono::seconds kFirstRest{60};
  static constexpr std::chrono::seconds kLongestRest{3600};

  // These keys were announced and have been read; `changed` names and groups
  // are not as they were.
  void Note(const std::vector<std::string>& keys, size_t changed,
            TimePoint now);

  // Redis forgets keys that are followed: better to poll.
  bool overflows() const { return overflows_; }

  // Before this nothing announced needs to be read.
  TimePoint next_reaction() const { return next_reaction_; }

  // Announcements have been switched off: when to try again.
  TimePoint StartRest(TimePoint now);

 private:
  TimePoint window_start_{};
  size_t needless_ = 0;  // in this window
  absl::flat_hash_set<std::string> needless_keys_;
  bool overflows_ = false;
  TimePoint next_reaction_{};
  TimePoint rest_end_{};
  std::chrono::seconds rest_{0};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_ANNOUNCEMENT_GUARD_H_
