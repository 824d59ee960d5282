// What an error that Redis replied means, and what a person can do about it.
#ifndef GROUPRING_REDIS_CONNECTION_ERROR_REPLY_H_
#define GROUPRING_REDIS_CONNECTION_ERROR_REPLY_H_

#include <string_view>

#include "absl/status/status.h"

namespace groupring::redis {

// By the first word of the error:
//   NOAUTH, WRONGPASS            kUnauthenticated
//   NOPERM                       kPermissionDenied
//   LOADING, BUSY, TRYAGAIN      kAborted: goes away by itself
//   MASTERDOWN                   kUnavailable
//   READONLY                     kFailedPrecondition
//   WRONGTYPE                    kInvalidArgument
//   MOVED, ASK, CROSSSLOT, …     kUnimplemented: a Redis Cluster
//   anything else                kUnknown
// The message is Redis' own, followed by what to do. REQUIRES: not the reply
// to AUTH, whose text can repeat the password.
absl::Status StatusOfErrorReply(std::string_view error);

// Of the reply to a command that changes something: as StatusOfErrorReply, but
// READONLY is kPermissionDenied, a full or failing server kResourceExhausted or
// kFailedPrecondition, and a busy one kUnavailable, so that kAborted is left to
// mean a lost race.
absl::Status StatusOfWriteError(std::string_view error);

// Of the reply to AUTH, without the text of Redis.
absl::Status StatusOfAuthError(std::string_view error);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_ERROR_REPLY_H_
