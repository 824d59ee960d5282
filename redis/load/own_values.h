// Reads the keys that groupring keeps for itself.
#ifndef GROUPRING_REDIS_LOAD_OWN_VALUES_H_
#define GROUPRING_REDIS_LOAD_OWN_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/load/build.h"
#include "redis/model/acceptance.h"
#include "redis/model/affinity.h"

namespace groupring::redis {

// `groupring:generation`: how many changes commands have made. 0 when the key
// is missing, makes no sense or may not be read (the latter two are
// complaints).
absl::StatusOr<int64_t> ReadGeneration(Connection* connection,
                                       Findings* findings);

// The names whose CONFIG or GROUPS was written by the changes after one
// generation up to another, as the audit tells; nothing when it does not tell
// of each of them. Redis announces changes of keys that were read before, which
// those of a new name were not.
absl::StatusOr<std::optional<std::vector<std::string>>> ReadNamesWritten(
    int64_t after, int64_t up_to, Connection* connection);

// What these changes wrote to `groupring:affinity`, in their order; nothing
// when the audit does not tell of each change, or not of each entry.
absl::StatusOr<std::optional<AffinityEdits>> ReadAffinityEdits(
    int64_t after, int64_t up_to, Connection* connection);

// `groupring:accepted`. None when the key is missing, makes no sense or may not
// be read (the latter two are complaints).
absl::StatusOr<Acceptance> ReadAcceptance(Connection* connection,
                                          Findings* findings);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_OWN_VALUES_H_
