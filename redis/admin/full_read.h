// Reads everything once, with the parts that the store reads with.
#ifndef GROUPRING_REDIS_ADMIN_FULL_READ_H_
#define GROUPRING_REDIS_ADMIN_FULL_READ_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/model/dataset.h"
#include "redis/store/build.h"

namespace groupring::redis {

// Called with the keys that decide who is in service (CONFIG, GROUPS and
// WEIGHTS of names, STATE of groups), each before it is read.
using BeforeRead =
    std::function<absl::Status(const std::vector<std::string>& keys)>;

// The dataset's generation is read before everything else. `before_read` may
// be empty. Adds what was read and what is wrong with it to *findings.
absl::StatusOr<Dataset> ReadEverything(Connection* connection,
                                       const BeforeRead& before_read,
                                       Findings* findings);

// What Redis holds of a group, whether or not a name refers to it; null when
// that is nothing.
absl::StatusOr<std::shared_ptr<const GroupData>> ReadGroup(
    const std::string& group, Connection* connection);

// Whether both say the same about who is in service: the names, their CONFIG,
// GROUPS and WEIGHTS, and the STATE of their groups.
bool SameService(const Dataset& a, const Dataset& b);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_FULL_READ_H_
