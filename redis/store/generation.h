// `groupring:generation`: how many changes commands have made.
#ifndef GROUPRING_REDIS_STORE_GENERATION_H_
#define GROUPRING_REDIS_STORE_GENERATION_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/store/build.h"

namespace groupring::redis {

// 0 when the key is missing, makes no sense or may not be read (the latter two
// are complaints). Counts into *commands.
absl::StatusOr<int64_t> ReadGeneration(Connection* connection,
                                       std::atomic<uint64_t>* commands,
                                       Findings* findings);

// The names whose CONFIG or GROUPS was written by the changes after one
// generation up to another, as the audit tells; nothing when it does not tell
// of each of them. Redis announces changes of keys that were read before, which
// those of a new name were not.
absl::StatusOr<std::optional<std::vector<std::string>>> ReadNamesWritten(
    int64_t after, int64_t up_to, Connection* connection,
    std::atomic<uint64_t>* commands);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_GENERATION_H_
