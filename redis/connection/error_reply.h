// What an error reply from Redis means, and what a person can do about it.
#ifndef GROUPRING_REDIS_CONNECTION_ERROR_REPLY_H_
#define GROUPRING_REDIS_CONNECTION_ERROR_REPLY_H_

#include <string_view>

#include "absl/status/status.h"

namespace groupring::redis {

// The status code depends on the first word of the error:
//   NOAUTH, WRONGPASS            kUnauthenticated
//   NOPERM                       kPermissionDenied
//   LOADING, BUSY, TRYAGAIN      kAborted: a temporary condition
//   MASTERDOWN                   kUnavailable
//   READONLY                     kFailedPrecondition
//   WRONGTYPE                    kInvalidArgument
//   MOVED, ASK, CROSSSLOT, …     kUnimplemented: a Redis Cluster
//   anything else                kUnknown
// The message is Redis' own, followed by what to do. REQUIRES: not the reply
// to AUTH, whose text can repeat the password.
absl::Status StatusOfErrorReply(std::string_view error);

// For the reply to a command that changes something. Differs from
// StatusOfErrorReply: READONLY is kPermissionDenied, a full or failing server
// is kResourceExhausted or kFailedPrecondition, and a busy one is kUnavailable,
// so that kAborted only means that someone else made a change first.
absl::Status StatusOfWriteError(std::string_view error);

// For the reply to AUTH. The message does not contain the text of Redis.
absl::Status StatusOfAuthError(std::string_view error);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_ERROR_REPLY_H_
