// What nodes have counted per slot, in Redis.
#ifndef GROUPRING_REDIS_ADMIN_TRAFFIC_RECORDS_H_
#define GROUPRING_REDIS_ADMIN_TRAFFIC_RECORDS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/connection/connection.h"
#include "redis/model/node_status.h"
#include "redis/model/traffic.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Writes a profile of a process over the previous one, and takes those that
// are too old or too many out of the list.
absl::Status WriteProfile(const NodeIdentity& node,
                          const TrafficProfile& profile,
                          Connection* connection);

// All profiles together, as of that time. Complains of those that make no
// sense.
absl::StatusOr<TrafficProfile> ReadProfiles(int64_t unix_millis,
                                            Connection* connection,
                                            Complaints* complaints);

// Writes what a process counts, now and then. Used by one thread.
class TrafficPublisher {
 public:
  // Called when there is something to write.
  using Profile = std::function<TrafficProfile()>;

  static constexpr std::chrono::seconds kInterval{60};

  // `clock` outlives the publisher.
  TrafficPublisher(NodeIdentity node, Profile profile, const Clock* clock,
                   LogSink log);

  // To be called every few seconds, and with `last` when the process ends. It
  // writes once in an interval from the first call on, and at the end; a
  // process that has not lived as long writes nothing. An error says that the
  // connection is lost; what Redis refuses is logged once.
  absl::Status Tick(Connection* connection, bool last = false);

 private:
  const NodeIdentity node_;
  const Profile profile_;
  const Clock* const clock_;
  const LogSink log_;
  std::optional<std::chrono::steady_clock::time_point> started_;
  std::chrono::steady_clock::time_point next_{};
  bool refused_ = false;  // and logged
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_TRAFFIC_RECORDS_H_
