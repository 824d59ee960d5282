// What commands do in Redis: read everything once, change keys as one
// transaction with its audit entry, see which nodes have applied it.
//
// Everything here can also be done with plain redis-cli; see README.md of
// redis/ for the keys `groupring:generation`, `groupring:audit` and
// `groupring:node:<name>`.
#ifndef GROUPRING_REDIS_ADMIN_ADMIN_H_
#define GROUPRING_REDIS_ADMIN_ADMIN_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/log.h"
#include "redis/base/redis_clock.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"
#include "redis/model/acceptance.h"
#include "redis/model/audit_entry.h"
#include "redis/model/dataset.h"
#include "redis/model/health_data.h"
#include "redis/model/health_event.h"
#include "redis/model/node_status.h"
#include "redis/model/replicated.h"
#include "redis/schema/write_batch.h"

namespace groupring::redis {

// Not thread-safe; blocks, each step within the connection's deadlines. After
// kUnavailable or kDeadlineExceeded Connect another one.
class Admin {
 public:
  // To the master, where there are several servers; without one to a replica,
  // which can be read.
  // `clock`, which outlives it, is kept at the server's time; null: only ages
  // of nodes go by that time. `schema`: by whose rules the keys are read.
  static absl::StatusOr<std::unique_ptr<Admin>> Connect(
      const Location& location, const ConnectionTimeouts& timeouts, LogSink log,
      RedisClock* clock = nullptr, Schema schema = Schema::kGroupring);
  ~Admin();

  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  // Everything, read as the store reads it. Complaints go to the log, each
  // time anew.
  absl::StatusOr<Dataset> Load();

  // What Redis holds of a group, whether or not a name refers to it; null when
  // that is nothing.
  absl::StatusOr<std::shared_ptr<const GroupData>> LoadGroup(
      const std::string& group);

  // As Load, and from here on Commit fails if anyone else changes a key that
  // decides who is in service: CONFIG, GROUPS and WEIGHTS of all names, STATE
  // and DISABLED of all their groups. (Sets of addresses are left out: health
  // checks may write them at any time.)
  absl::StatusOr<Dataset> LoadForUpdate();

  // All or nothing: the writes, one more in `groupring:generation` and the
  // audit entry. The new generation. kAborted: someone else was faster since
  // LoadForUpdate; nothing was written. kPermissionDenied: the user's rights
  // or a read-only replica, with what to do. With more than about a thousand
  // names, changes made with plain redis-cli are noticed up to the last look
  // before writing, and other commands' always.
  absl::StatusOr<int64_t> Commit(const WriteBatch& writes,
                                 const AuditEntry& entry);

  // Whether what has been committed is on a replica, waiting for that at most
  // so long. Where no replicas are connected only a location of several
  // servers lets expect any.
  absl::StatusOr<Replicated> ConfirmReplicas(std::chrono::milliseconds wait);

  // The newest entries, oldest of them first.
  absl::StatusOr<std::vector<AuditEntry>> Audit(size_t count);
  // Entries after `id`, waiting for one at most so long. With "$" those from
  // the first call with it on, each of them once.
  absl::StatusOr<std::vector<AuditEntry>> AuditAfter(
      const std::string& id, std::chrono::milliseconds wait);

  // Every node that was ever announced and not forgotten since, by name.
  absl::StatusOr<std::vector<NodeStatus>> Nodes();
  // What checkers have written of the groups of the dataset; never null.
  absl::StatusOr<std::shared_ptr<const HealthData>> Health(
      const Dataset& dataset);
  // Takes all nodes of that name, or the one "<name>:<instance>", out of the
  // list, until they report again. kNotFound: there is none.
  absl::Status ForgetNode(const std::string& name);

  // The log of health: the newest entries, oldest of them first; and those
  // after `id`, waiting for one at most so long.
  absl::StatusOr<std::vector<HealthEvent>> HealthLog(size_t count);
  absl::StatusOr<std::vector<HealthEvent>> HealthLogAfter(
      const std::string& id, std::chrono::milliseconds wait);
  // Takes a checker that is gone out of the list, with its verdicts. kNotFound:
  // there is none. kFailedPrecondition: it lives.
  absl::Status ForgetChecker(const std::string& id);

  // `groupring:accepted`; none when it is missing or makes no sense.
  absl::StatusOr<Acceptance> Accepted();

  // For whatever else a command wants to know (INFO, ACL WHOAMI, …).
  Connection& connection();

 private:
  class Impl;
  explicit Admin(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_ADMIN_H_
