// Reads everything once, as the store reads it.
#ifndef GROUPRING_REDIS_ADMIN_FULL_READ_H_
#define GROUPRING_REDIS_ADMIN_FULL_READ_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/load/build.h"
#include "redis/load/loader.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

// The dataset's generation is read before everything else. *findings says what
// is wrong with what was read. `before_read`, which may be empty, gets
// the keys before they are read, unless there are more than `most_before_read`
// names: then, as without it, only keys that a walk has seen are read.
absl::StatusOr<Dataset> ReadEverything(Schema schema, Connection* connection,
                                       const BeforeRead& before_read,
                                       size_t most_before_read,
                                       Findings* findings);

// Likewise of these names, those above them, which may be their zones, and
// their groups alone. Names of groupring's schema, canonical.
absl::StatusOr<Dataset> ReadNamesOnly(const std::vector<std::string>& names,
                                      Connection* connection,
                                      Findings* findings);

// What Redis holds about a group, whether or not a name refers to it; null if
// there is nothing.
absl::StatusOr<std::shared_ptr<const GroupData>> ReadGroup(
    const std::string& group, Schema schema, Connection* connection);

// Whether both have the same names with the same CONFIG, GROUPS and WEIGHTS,
// the same STATE and DISABLED of their groups, and the same affinity.
bool SameService(const Dataset& a, const Dataset& b);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_FULL_READ_H_
