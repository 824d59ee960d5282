// Follows what checkers write, over the connection of the store.
#ifndef GROUPRING_REDIS_STORE_HEALTH_FEED_H_
#define GROUPRING_REDIS_STORE_HEALTH_FEED_H_

#include <chrono>
#include <string_view>

#include "absl/status/statusor.h"
#include "redis/base/clock.h"
#include "redis/connection/connection.h"
#include "redis/load/complaint_log.h"
#include "redis/load/health_reader.h"
#include "redis/model/dataset.h"
#include "redis/store/store.h"

namespace groupring::redis {

// Belongs to the store's thread. Without a listener in the options it reads
// nothing.
class HealthFeed {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // All outlive it.
  HealthFeed(const StoreOptions& options, const Clock* clock,
             ComplaintLog* complaints)
      : options_(options), clock_(clock), complaints_(complaints) {}

  // Groups that are new are read with the next Read.
  void Follow(const Dataset& dataset, const DatasetChange& change);

  // Whether the key is a checker's; then it is read with the next Read.
  bool NoteChanged(std::string_view key) { return reader_.NoteChanged(key); }

  // Reads what has changed, and tells the listener. Returns whether anything is
  // new. A failure is one of the connection.
  absl::StatusOr<bool> Read(Connection* connection);

  // Likewise, everything. It is due again after `interval`, or sooner when
  // something could not be read.
  absl::StatusOr<bool> ReadAll(const Dataset& dataset,
                               std::chrono::milliseconds interval,
                               Connection* connection);
  bool is_due() const { return clock_->Steady() >= next_; }

 private:
  const StoreOptions& options_;
  const Clock* const clock_;
  ComplaintLog* const complaints_;
  HealthReader reader_;
  TimePoint next_{};
  bool told_ = false;  // the listener
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_HEALTH_FEED_H_
