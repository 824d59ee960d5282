// The two connections that the store keeps to Redis.
#ifndef GROUPRING_REDIS_STORE_LINK_H_
#define GROUPRING_REDIS_STORE_LINK_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"

namespace groupring::redis {

// What Redis says has changed since it was asked the last time.
struct Invalidations {
  bool flushed = false;  // FLUSHALL, FLUSHDB: everything
  std::vector<std::string> keys;
};

// All reads go over the data connection, which has CLIENT TRACKING on: Redis
// remembers the keys read (also those that do not exist) and announces the
// next change of each, once, on the second connection. Where it cannot
// (before version 6, or the ACL user may not) there is no second connection.
//
// Not thread-safe. After a failure of either connection both are of no use.
class Link {
 public:
  // `data` is connected to that endpoint.
  static absl::StatusOr<std::unique_ptr<Link>> Open(
      std::unique_ptr<Connection> data, const Endpoint& endpoint,
      const ConnectionTimeouts& timeouts);

  Connection& data() { return *data_; }

  // Why there are no invalidations; OK when there are.
  const absl::Status& tracking() const { return tracking_; }

  // To poll for POLLIN; -1 without invalidations.
  int invalidation_fd() const;

  // Adds what has arrived; never waits.
  absl::Status Drain(Invalidations* invalidations);

  // Waits until everything has arrived that Redis announced before now.
  absl::Status Sync(Invalidations* invalidations);

  // To be called now and then: fails when Redis no longer answers on the
  // second connection, as a lost peer would otherwise look like a quiet one.
  absl::Status CheckAlive(std::chrono::steady_clock::time_point now);

 private:
  Link() = default;
  absl::Status StartTracking(const Endpoint& endpoint,
                             const ConnectionTimeouts& timeouts);

  std::unique_ptr<Connection> data_;
  std::unique_ptr<Connection> invalidation_;
  absl::Status tracking_;
  int syncs_ = 0;
  bool ping_outstanding_ = false;
  std::chrono::steady_clock::time_point ping_deadline_{};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_LINK_H_
