// Logs which groups go out of service and come back, and which names are not
// answered from groups in service, whoever changed Redis and with whatever
// tool.
#ifndef GROUPRING_BACKEND_ENGINE_SERVICE_LOG_H_
#define GROUPRING_BACKEND_ENGINE_SERVICE_LOG_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backend/report/health_report.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/log.h"

namespace groupring::backend {

// Compares each snapshot with the one before. Logs a line at info for each
// group whose state, or whose number of names with weight 0, has changed; a
// warning for each name that stops answering from what is in service, and a
// line at info once it does again. The first call logs every group and name
// that is not in its ordinary state. Not thread-safe.
class ServiceLog {
 public:
  // Limits of lines: of one kind in a call, and of all kinds in a minute.
  static constexpr size_t kMaxLinesPerLook = 20;
  static constexpr size_t kMaxLinesPerMinute = 300;

  explicit ServiceLog(LogSink log) : log_(std::move(log)) {}

  void Look(const Snapshot& snapshot, int64_t unix_millis);

  // A warning for each trouble that is new, and a line at info once there is
  // none any more.
  void LookAtHealth(const std::vector<HealthTrouble>& troubles);

 private:
  using Lines = std::map<std::string, std::string>;  // by group or name

  void LookAtAddresses(const Snapshot& snapshot, int64_t unix_millis);
  void LookAtGroups(const Snapshot& snapshot, int64_t unix_millis);
  void LookAtNames(const Snapshot& snapshot, int64_t unix_millis);
  void Say(Severity severity, const std::string& line);

  const LogSink log_;
  Lines groups_;     // those not wholly in service, and how
  Lines addresses_;  // those of groups that are disabled, and why
  Lines names_;      // those with a problem, and which
  std::set<std::pair<HealthTroubleKind, std::string>> health_;
  int64_t now_ = 0;
  int64_t minute_start_ = 0;
  size_t lines_this_minute_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_SERVICE_LOG_H_
