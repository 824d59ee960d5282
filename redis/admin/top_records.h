// Who asks each node most, as nodes tell it in Redis:
// `groupring:traffic:<name>:<instance>:top`. redis/README.md defines the
// format.
#ifndef GROUPRING_REDIS_ADMIN_TOP_RECORDS_H_
#define GROUPRING_REDIS_ADMIN_TOP_RECORDS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/connection/connection.h"
#include "redis/model/node_status.h"

namespace groupring::redis {

// What a process tells, and when: a report for each kind ("resolver").
struct TopRecord {
  int64_t unix_millis = 0;
  std::map<std::string, std::string> reports;
};

// It stays this long after the process has told it.
inline constexpr std::chrono::minutes kTopLasts{10};

absl::Status WriteTop(const NodeIdentity& node, const TopRecord& record,
                      Connection* connection);

// Nothing: the process has told none, or not for kTopLasts.
absl::StatusOr<std::optional<TopRecord>> ReadTop(const NodeIdentity& node,
                                                 Connection* connection);

// Tells it now and then. Used by one thread.
class TopPublisher {
 public:
  static constexpr std::chrono::seconds kInterval{10};

  // Where `reports` returns none, nothing is written. `clock` outlives the
  // publisher.
  TopPublisher(NodeIdentity node,
               std::function<std::map<std::string, std::string>()> reports,
               const Clock* clock, LogSink log);

  // To be called every few seconds, and with `last` when the process ends. It
  // writes once in an interval, and at the end. An error says
  // that the connection is lost; what Redis refuses is logged once.
  absl::Status Tick(Connection* connection, bool last = false);

 private:
  const NodeIdentity node_;
  const std::function<std::map<std::string, std::string>()> reports_;
  const Clock* const clock_;
  const LogSink log_;
  std::chrono::steady_clock::time_point next_{};
  bool refused_ = false;  // and logged
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_TOP_RECORDS_H_
