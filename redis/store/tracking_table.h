// How many keys Redis can remember that it has shown, and what follows.
#ifndef GROUPRING_REDIS_STORE_TRACKING_TABLE_H_
#define GROUPRING_REDIS_STORE_TRACKING_TABLE_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "redis/connection/connection.h"
#include "redis/store/link.h"

namespace groupring::redis {

// Not thread-safe.
class TrackingTable {
 public:
  // Redis' own default of tracking-table-max-keys.
  static constexpr int64_t kDefaultKeys = 1'000'000;

  // Asks Redis for tracking-table-max-keys. Where the user may not know, its
  // default is assumed. A failure is one of the connection.
  absl::Status Ask(Connection* connection);

  // Redis has forgotten keys while it followed this many.
  void NoteOverflow(int64_t keys) { overflowed_at_ = keys; }
  // Another server.
  void Forget() { *this = TrackingTable(); }

  // What to be told of while that many keys are followed. Other applications
  // use the table, too, so that some of it is left to them. What it is now
  // changes only when there is room to spare.
  Announced Choose(int64_t keys, Announced now) const;

  // 0: any number.
  int64_t keys() const { return keys_; }

 private:
  int64_t keys_ = kDefaultKeys;
  std::optional<int64_t> overflowed_at_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_TRACKING_TABLE_H_
