// Whether replicas have what was written to the master.
#ifndef GROUPRING_REDIS_ADMIN_REPLICA_WAIT_H_
#define GROUPRING_REDIS_ADMIN_REPLICA_WAIT_H_

#include <chrono>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/admin/admin.h"
#include "redis/connection/connection.h"

namespace groupring::redis {

// Of everything that this connection has written, as of Admin::ConfirmReplicas.
// A status is a failure of the connection.
absl::StatusOr<Replicated> WaitForReplicas(bool expected,
                                           std::chrono::milliseconds wait,
                                           Connection* connection);

// The error of a write, and where to write instead if a replica refused it.
absl::Status WhereTheMasterIs(const absl::Status& error,
                              Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_REPLICA_WAIT_H_
