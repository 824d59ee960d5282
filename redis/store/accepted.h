// Reads `groupring:accepted`.
#ifndef GROUPRING_REDIS_STORE_ACCEPTED_H_
#define GROUPRING_REDIS_STORE_ACCEPTED_H_

#include <atomic>
#include <cstdint>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/model/acceptance.h"
#include "redis/store/build.h"

namespace groupring::redis {

// None when the key is missing, makes no sense or may not be read (the latter
// two are complaints). Counts into *commands.
absl::StatusOr<Acceptance> ReadAcceptance(Connection* connection,
                                          std::atomic<uint64_t>* commands,
                                          Findings* findings);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_ACCEPTED_H_
