#include "redis/base/clock.h"

#include <poll.h>

#include <algorithm>

namespace groupring {

using std::chrono::milliseconds;

void Clock::WaitUntil(std::chrono::steady_clock::time_point until,
                      int fd) const {
  const auto now = Steady();
  if (now >= until) return;
  // Without a descriptor nothing can end the wait early, so it is short.
  const milliseconds longest = fd < 0 ? milliseconds(100) : milliseconds(60000);
  const auto left =
      std::min(longest, std::chrono::ceil<milliseconds>(until - now));
  pollfd entry{fd, POLLIN, 0};
  poll(&entry, 1, static_cast<int>(left.count()));
}

int64_t SystemClock::UnixMillis() const {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::chrono::steady_clock::time_point SystemClock::Steady() const {
  return std::chrono::steady_clock::now();
}

}  // namespace groupring
