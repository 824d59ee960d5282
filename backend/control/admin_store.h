// The ControlStore of commands: one connection to Redis. If it is lost during a
// read, the read is repeated on a new one.
#ifndef GROUPRING_BACKEND_CONTROL_ADMIN_STORE_H_
#define GROUPRING_BACKEND_CONTROL_ADMIN_STORE_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/control/control_store.h"
#include "redis/admin/admin.h"
#include "redis/admin/name_index.h"
#include "redis/admin/top_records.h"
#include "redis/base/log.h"
#include "redis/base/redis_clock.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"
#include "redis/model/check.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {

class AdminStore : public ControlStore {
 public:
  // `clock` outlives the store, which keeps it at the server's time. `schema`:
  // the rules by which keys are read.
  static absl::StatusOr<std::unique_ptr<AdminStore>> Connect(
      const redis::Location& location,
      const redis::ConnectionTimeouts& timeouts, RedisClock* clock, LogSink log,
      redis::Schema schema = redis::Schema::kGroupring);

  // See redis::Admin; also for every later connection.
  void Condense(redis::CondenseOptions options);

  absl::StatusOr<redis::Dataset> Load() override;
  // Of these names alone; see redis::Admin.
  absl::StatusOr<redis::Dataset> LoadNames(
      const std::vector<std::string>& names);
  // Whether there are so many names that they had better not be loaded all at
  // once, and can be loaded one by one.
  absl::StatusOr<bool> HasManyNames();
  // REQUIRES: HasManyNames.
  absl::StatusOr<redis::NameIndex> FindNames();
  // For how many names those stand that were loaded last.
  redis::AlikeNames Alike() const { return admin_->alike(); }
  redis::Complaints Unread() const override { return admin_->unread(); }
  absl::StatusOr<std::shared_ptr<const redis::GroupData>> LoadGroup(
      const std::string& group) override;
  absl::StatusOr<redis::Dataset> LoadForUpdate() override;
  absl::StatusOr<int64_t> Commit(const redis::WriteBatch& writes,
                                 const redis::AuditEntry& entry) override;
  absl::StatusOr<std::vector<redis::AuditEntry>> Audit(size_t count) override;
  absl::StatusOr<std::vector<redis::AuditEntry>> AuditAfter(
      const std::string& id, std::chrono::milliseconds wait) override;
  absl::StatusOr<std::vector<redis::NodeStatus>> Nodes() override;
  absl::StatusOr<std::shared_ptr<const redis::HealthData>> Health(
      const redis::Dataset& dataset) override;
  // Logs profiles that make no sense.
  absl::StatusOr<redis::TrafficProfile> Traffic(int64_t unix_millis) override;
  // Who asks that process most, as it has told.
  absl::StatusOr<std::optional<redis::TopRecord>> Top(
      const redis::NodeIdentity& node);
  absl::StatusOr<redis::GroupLoads> Loads(
      const std::vector<std::string>& groups) override;
  bool KnowsRedisTime() const override {
    return clock_->HostOffset().has_value();
  }
  absl::Status ForgetNode(const std::string& name) override;
  absl::StatusOr<std::vector<redis::HealthEvent>> HealthLog(
      size_t count) override;
  absl::StatusOr<std::vector<redis::HealthEvent>> HealthLogAfter(
      const std::string& id, std::chrono::milliseconds wait) override;
  absl::Status ForgetChecker(const std::string& id) override;
  absl::StatusOr<redis::GroupState> State(const std::string& group) override;
  absl::StatusOr<redis::Acceptance> Accepted() override;
  absl::StatusOr<redis::Replicated> ConfirmReplicas(
      std::chrono::milliseconds wait) override;
  absl::StatusOr<std::vector<std::string>> Members(
      const std::string& key) override;
  // How the addresses of the group are checked; see ReadCheck.
  absl::StatusOr<redis::CheckSettings> Check(const std::string& group,
                                             redis::Complaints* complaints);

 private:
  AdminStore(redis::Location location, redis::ConnectionTimeouts timeouts,
             RedisClock* clock, LogSink log, redis::Schema schema);

  absl::Status Reconnect();
  // Calls `read`, and once more on a new connection if the connection was lost.
  template <typename Read>
  auto Reading(Read read) -> decltype(read());

  const redis::Location location_;
  const redis::ConnectionTimeouts timeouts_;
  RedisClock* const clock_;
  const LogSink log_;
  const redis::Schema schema_;
  std::unique_ptr<redis::Admin> admin_;
  std::optional<redis::CondenseOptions> condense_;
  // LoadForUpdate read on a connection that was lost since, and with it what
  // Redis watched.
  bool is_updating_ = false;
  bool lost_update_ = false;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_ADMIN_STORE_H_
