// What commands do in Redis: they read everything once, change keys in one
// transaction with its audit entry, and see which nodes have applied the
// change.
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
#include "redis/admin/condensed_read.h"
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
#include "redis/schema/raw_value.h"
#include "redis/schema/write_batch.h"

namespace groupring::redis {

// Not thread-safe. Blocks, each step within the connection's deadlines. After
// kUnavailable or kDeadlineExceeded it is unusable: Connect another one.
class Admin {
 public:
  // Connects to the master if there are several servers, or, if no master
  // answers, to a replica, from which it can only read. `clock`, which must
  // outlive it, is set to the server's time; null: that time is used for ages
  // of nodes only. `schema`: the rules for reading the keys.
  static absl::StatusOr<std::unique_ptr<Admin>> Connect(
      const Location& location, const ConnectionTimeouts& timeouts, LogSink log,
      RedisClock* clock = nullptr, Schema schema = Schema::kGroupring);
  ~Admin();

  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  // Reads everything, as the store does. All complaints go to the log, on each
  // call.
  absl::StatusOr<Dataset> Load();

  // Reads these names, those above them and their groups alone; with
  // Schema::kRazor everything, since names depend on others.
  absl::StatusOr<Dataset> LoadNames(const std::vector<std::string>& names);

  // From now on Load and LoadForUpdate condense the names where there are many
  // (ReadCondensed); with Schema::kRazor they never do.
  void Condense(CondenseOptions options);
  // For how many names those stand that were loaded last.
  const AlikeNames& alike() const;
  // The keys whose values could not be read when data was loaded last, and why.
  const Complaints& unread() const;

  // What Redis holds about a group, whether or not a name refers to it; null if
  // there is nothing.
  absl::StatusOr<std::shared_ptr<const GroupData>> LoadGroup(
      const std::string& group);

  // Reads everything as Load does. From then on Commit fails if anyone else
  // changes a key that decides which groups are in service: CONFIG, GROUPS and
  // WEIGHTS of all names, STATE and DISABLED of all their groups, and
  // `groupring:affinity`. (Sets of addresses do not count: health checks may
  // write them at any time.)
  absl::StatusOr<Dataset> LoadForUpdate();

  // Makes the writes, raises `groupring:generation` and adds the audit entry,
  // all or nothing. Returns the new generation. kAborted: someone else made a
  // change since LoadForUpdate; nothing was written. kPermissionDenied: missing
  // rights or a read-only replica; the message says what to do. With more than
  // about a thousand names, changes made with plain redis-cli are noticed only
  // until the keys are read again right before writing; those of other commands
  // are always noticed.
  absl::StatusOr<int64_t> Commit(const WriteBatch& writes,
                                 const AuditEntry& entry);

  // Waits, at most for `wait`, until a replica has what was committed. If no
  // replica is connected the result is kNotExpected for a location of a single
  // server, and kUnconfirmed for any other.
  absl::StatusOr<Replicated> ConfirmReplicas(std::chrono::milliseconds wait);

  // The newest entries, in the order in which they were written.
  absl::StatusOr<std::vector<AuditEntry>> Audit(size_t count);
  // The entries after `id`; waits for one at most for `wait`. With "$" the
  // entries that were written since the first such call, each returned once.
  absl::StatusOr<std::vector<AuditEntry>> AuditAfter(
      const std::string& id, std::chrono::milliseconds wait);

  // Every node that has reported and was not removed since, sorted by name.
  absl::StatusOr<std::vector<NodeStatus>> Nodes();
  // What checkers have written about the dataset's groups; never null.
  absl::StatusOr<std::shared_ptr<const HealthData>> Health(
      const Dataset& dataset);
  // Removes all nodes of that name, or the one "<name>:<instance>", from the
  // list until they report again. kNotFound: there is none.
  absl::Status ForgetNode(const std::string& name);

  // The health log: the newest entries, in the order in which they were
  // written, and those after `id`, waiting for one at most for `wait`.
  absl::StatusOr<std::vector<HealthEvent>> HealthLog(size_t count);
  absl::StatusOr<std::vector<HealthEvent>> HealthLogAfter(
      const std::string& id, std::chrono::milliseconds wait);
  // Removes a checker that no longer runs, with its verdicts. kNotFound: there
  // is none. kFailedPrecondition: it still reports.
  absl::Status ForgetChecker(const std::string& id);

  // `groupring:accepted`; none when it is missing or makes no sense.
  absl::StatusOr<Acceptance> Accepted();

  // For anything else that a command asks Redis (INFO, ACL WHOAMI, …).
  Connection& connection();

 private:
  class Impl;
  explicit Admin(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_ADMIN_H_
