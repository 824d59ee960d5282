// Whether replicas have what was written to the master.
#ifndef GROUPRING_REDIS_ADMIN_REPLICA_WAIT_H_
#define GROUPRING_REDIS_ADMIN_REPLICA_WAIT_H_

#include <chrono>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/admin/admin.h"
#include "redis/connection/connection.h"

namespace groupring::redis {

// Waits, at most for `wait`, until a replica has everything that this
// connection has written. `expected` says whether there should be replicas: if
// none is connected the result is then kUnconfirmed, else kNotExpected. An
// error means that the connection failed.
absl::StatusOr<Replicated> WaitForReplicas(bool expected,
                                           std::chrono::milliseconds wait,
                                           Connection* connection);

// The error of a write. If a read-only replica refused it, the address of its
// master is added.
absl::Status WhereTheMasterIs(const absl::Status& error,
                              Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_REPLICA_WAIT_H_
