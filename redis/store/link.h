// The two connections that the store keeps to Redis.
#ifndef GROUPRING_REDIS_STORE_LINK_H_
#define GROUPRING_REDIS_STORE_LINK_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/connection/server_finder.h"

namespace groupring::redis {

// What Redis has announced.
struct Invalidations {
  bool flushed = false;  // FLUSHALL, FLUSHDB: everything
  std::vector<std::string> keys;

  bool empty() const { return !flushed && keys.empty(); }
};

// Of which changes Redis tells.
enum class Announced {
  kNothing,
  // Of keys that were read, also those that do not exist: of the next change of
  // each, once. Redis remembers these keys.
  kKeysRead,
  // Of every key that is written, by whatever application (BCAST). Redis
  // remembers nothing.
  kAllWrites,
};

// All reads go over the data connection, which has CLIENT TRACKING on, so that
// Redis announces changes on the second connection. Where it cannot (before
// version 6, or the ACL user may not) there is no second connection.
//
// Not thread-safe. After a failure of either connection both are unusable.
class Link {
 public:
  // Opens the second connection beside that of the server. Counts what Redis
  // announces into *announced, which outlives the link.
  static absl::StatusOr<std::unique_ptr<Link>> Open(
      FoundServer server, const ConnectionTimeouts& timeouts,
      std::atomic<uint64_t>* announced);

  Connection& data() { return *data_; }
  // The second one; null without invalidations.
  Connection* invalidation() { return invalidation_.get(); }

  const Endpoint& endpoint() const { return endpoint_; }

  // Of the server when the link was opened; the caller may bring it up to date.
  ServerRole& role() { return role_; }

  // Why there are no invalidations; OK when there are.
  const absl::Status& tracking() const { return tracking_; }

  Announced announced() const {
    return tracking_.ok() ? mode_ : Announced::kNothing;
  }

  // Redis announces nothing any more (the reason is then tracking()).
  absl::Status StopTracking(absl::Status reason);
  // Redis announces that from now on, and has perhaps not announced what
  // changed just before. REQUIRES: it is something.
  absl::Status Announce(Announced mode);

  // How many keys of other applications Redis has announced.
  uint64_t foreign_keys() const { return foreign_keys_; }

  // Asks once more for announcements that were refused when the link was
  // opened: rights may have been granted since. tracking() tells the outcome.
  absl::Status RetryTracking(const ConnectionTimeouts& timeouts);

  // Waits, for so long at most, until something arrives, which it takes in, or
  // the descriptor is readable: then true.
  absl::StatusOr<bool> Wait(std::chrono::nanoseconds limit, int wakeup_fd);

  // Takes in what has arrived; never waits.
  absl::Status Drain();

  // Waits until everything has arrived that Redis announced before now.
  absl::Status Sync();

  // Whether everything was deleted at once rather than what was just read.
  absl::StatusOr<bool> WasFlushed();

  // What was taken in and is to be dealt with by the caller, who clears it.
  Invalidations& pending() { return pending_; }

  // To be called now and then: fails when Redis no longer answers on the
  // second connection, as a lost peer would otherwise look like a quiet one.
  absl::Status CheckAlive(std::chrono::steady_clock::time_point now);

 private:
  explicit Link(std::atomic<uint64_t>* announced) : announced_(announced) {}
  absl::Status StartTracking(const Endpoint& endpoint,
                             const ConnectionTimeouts& timeouts);
  absl::Status TakeIn(Reply message);

  std::atomic<uint64_t>* const announced_;
  std::unique_ptr<Connection> data_;
  std::unique_ptr<Connection> invalidation_;
  Endpoint endpoint_;
  ServerRole role_;
  absl::Status tracking_;
  Announced mode_ = Announced::kKeysRead;
  uint64_t foreign_keys_ = 0;
  std::string invalidation_id_;
  Invalidations pending_;
  int syncs_ = 0;
  bool ping_outstanding_ = false;
  std::chrono::steady_clock::time_point ping_deadline_{};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_LINK_H_
