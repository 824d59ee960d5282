// What commands need of Redis.
#ifndef GROUPRING_BACKEND_CONTROL_CONTROL_STORE_H_
#define GROUPRING_BACKEND_CONTROL_CONTROL_STORE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/admin/admin.h"
#include "redis/model/acceptance.h"
#include "redis/model/dataset.h"
#include "redis/model/traffic.h"

namespace groupring::backend {

// redis::Admin's contract; not thread-safe.
class ControlStore {
 public:
  virtual ~ControlStore() = default;

  virtual absl::StatusOr<redis::Dataset> Load() = 0;
  virtual absl::StatusOr<std::shared_ptr<const redis::GroupData>> LoadGroup(
      const std::string& group) = 0;
  virtual absl::StatusOr<redis::Dataset> LoadForUpdate() = 0;
  virtual absl::StatusOr<int64_t> Commit(const redis::WriteBatch& writes,
                                         const redis::AuditEntry& entry) = 0;
  virtual absl::StatusOr<std::vector<redis::AuditEntry>> Audit(
      size_t count) = 0;
  virtual absl::StatusOr<std::vector<redis::AuditEntry>> AuditAfter(
      const std::string& id, std::chrono::milliseconds wait) = 0;
  virtual absl::StatusOr<std::vector<redis::NodeStatus>> Nodes() = 0;
  // What checkers have written of the groups of the dataset; never null.
  virtual absl::StatusOr<std::shared_ptr<const redis::HealthData>> Health(
      const redis::Dataset& dataset) = 0;
  virtual absl::StatusOr<std::vector<redis::HealthEvent>> HealthLog(
      size_t count) = 0;
  virtual absl::StatusOr<std::vector<redis::HealthEvent>> HealthLogAfter(
      const std::string& id, std::chrono::milliseconds wait) = 0;
  virtual absl::Status ForgetChecker(const std::string& id) = 0;
  // What nodes have counted, as of that time.
  virtual absl::StatusOr<redis::TrafficProfile> Traffic(
      int64_t unix_millis) = 0;
  // Whether times are Redis' time, and not that of this host's clock.
  virtual bool KnowsRedisTime() const = 0;
  virtual absl::Status ForgetNode(const std::string& name) = 0;

  // `<group>:STATE` as it is now, without reading everything.
  virtual absl::StatusOr<redis::GroupState> State(const std::string& group) = 0;

  // Of what was committed last.
  virtual absl::StatusOr<redis::Replicated> ConfirmReplicas(
      std::chrono::milliseconds wait) = 0;

  // The last acceptance of what nodes doubted; none if there was none.
  virtual absl::StatusOr<redis::Acceptance> Accepted() = 0;

  // The members of a set, word for word; none of a key that is missing.
  virtual absl::StatusOr<std::vector<std::string>> Members(
      const std::string& key) = 0;
};

// Adds to the dataset what Redis holds of a group that no name refers to, so
// that commands take the group for known. Changes nothing if Redis holds
// nothing of it.
absl::Status LoadUnreferencedGroup(const std::string& group,
                                   ControlStore* store,
                                   redis::Dataset* dataset);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_CONTROL_STORE_H_
