// Whether the server still is what it was, and what time it has.
#ifndef GROUPRING_REDIS_STORE_SERVER_WATCH_H_
#define GROUPRING_REDIS_STORE_SERVER_WATCH_H_

#include <chrono>
#include <cstdint>

#include "absl/status/status.h"
#include "redis/base/clock.h"
#include "redis/connection/server_finder.h"
#include "redis/store/link.h"
#include "redis/store/store.h"

namespace groupring::redis {

// Not thread-safe.
class ServerWatch {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Both outlive this object.
  ServerWatch(const StoreOptions& options, const Clock* clock)
      : options_(options), clock_(clock), sentinels_(&options_.location) {}

  // A new link was opened just now.
  void Begin() { next_ = clock_->Steady() + options_.role_interval; }

  bool is_due() const { return clock_->Steady() >= next_; }

  // Measures the time, and asks for the role. Fails when the connection does,
  // and when there is a better server, which has changes up to `generation`.
  absl::Status Check(int64_t generation, Link* link);

  // A failure is one of the connection: a user who may not ask for the time can
  // still follow the data.
  absl::Status MeasureTime(Link* link) const;

 private:
  const StoreOptions& options_;
  const Clock* const clock_;
  SentinelWatch sentinels_;
  TimePoint next_{};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_SERVER_WATCH_H_
