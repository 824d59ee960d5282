// What an error that Redis replied to a command of ours means.
#ifndef GROUPRING_REDIS_ADMIN_WRITE_ERROR_H_
#define GROUPRING_REDIS_ADMIN_WRITE_ERROR_H_

#include <string_view>

#include "absl/status/status.h"

namespace groupring::redis {

// As StatusOfErrorReply, but for someone who wants to change something:
// READONLY is kPermissionDenied, a full or failing server
// kResourceExhausted or kFailedPrecondition, and a busy one kUnavailable, so
// that kAborted is left to mean a lost race.
absl::Status StatusOfWriteError(std::string_view error);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_WRITE_ERROR_H_
