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
#include "redis/model/group_load.h"
#include "redis/model/traffic.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {

// redis::Admin's contract; not thread-safe.
class ControlStore {
 public:
  virtual ~ControlStore() = default;

  virtual absl::StatusOr<redis::Dataset> Load() = 0;
  // The keys whose values could not be read by the last Load or LoadForUpdate,
  // and why: the dataset has defaults in their place.
  virtual redis::Complaints Unread() const { return {}; }
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
  // How busy these groups are; those of which something is known.
  virtual absl::StatusOr<redis::GroupLoads> Loads(
      const std::vector<std::string>& groups) = 0;
  // Whether times are by Redis' clock rather than by this host's clock.
  virtual bool KnowsRedisTime() const = 0;
  virtual absl::Status ForgetNode(const std::string& name) = 0;

  // `<group>:STATE` as it is now, without reading everything.
  virtual absl::StatusOr<redis::GroupState> State(const std::string& group) = 0;

  // Whether replicas have the last Commit; waits for them at most `wait`.
  virtual absl::StatusOr<redis::Replicated> ConfirmReplicas(
      std::chrono::milliseconds wait) = 0;

  // The last acceptance of doubted data; a default one if there was none.
  virtual absl::StatusOr<redis::Acceptance> Accepted() = 0;

  // The members of a set, exactly as stored; empty if the key does not exist.
  virtual absl::StatusOr<std::vector<std::string>> Members(
      const std::string& key) = 0;
};

// Adds a group that no name refers to, with its data in Redis, to the dataset,
// so that commands know the group. Changes nothing if Redis has no key of it.
absl::Status LoadUnreferencedGroup(const std::string& group,
                                   ControlStore* store,
                                   redis::Dataset* dataset);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_CONTROL_STORE_H_
