#include "redis/connection/error_reply.h"

#include <optional>
#include <span>
#include <string>

#include "absl/strings/str_format.h"

namespace groupring::redis {
namespace {

struct Meaning {
  std::string_view word;
  absl::StatusCode code;
  std::string_view advice;  // may be empty
};

constexpr std::string_view kCluster =
    "Redis Cluster is not supported: use a single server or a replica";

constexpr Meaning kMeanings[] = {
    {"NOAUTH", absl::StatusCode::kUnauthenticated,
     "put the password into the Redis URL"},
    {"WRONGPASS", absl::StatusCode::kUnauthenticated,
     "check user and password in the Redis URL"},
    {"NOPERM", absl::StatusCode::kPermissionDenied,
     "this Redis user lacks a right of its role in pdns-config/redis-acl.conf: "
     "nodes need groupring-node, commands groupring-operator (or "
     "groupring-reader to show something)"},
    {"LOADING", absl::StatusCode::kAborted,
     "Redis is reading its file and will answer when done"},
    {"BUSY", absl::StatusCode::kAborted, "a script keeps Redis busy"},
    {"TRYAGAIN", absl::StatusCode::kAborted, kCluster},
    {"MASTERDOWN", absl::StatusCode::kUnavailable,
     "this replica lost its master; replica-serve-stale-data yes lets it "
     "answer"},
    {"READONLY", absl::StatusCode::kFailedPrecondition,
     "this is a replica; write to its master"},
    {"WRONGTYPE", absl::StatusCode::kInvalidArgument, ""},
    {"MOVED", absl::StatusCode::kUnimplemented, kCluster},
    {"ASK", absl::StatusCode::kUnimplemented, kCluster},
    {"CROSSSLOT", absl::StatusCode::kUnimplemented, kCluster},
    {"CLUSTERDOWN", absl::StatusCode::kUnimplemented, kCluster},
};

constexpr Meaning kMeaningsOfWrites[] = {
    {"READONLY", absl::StatusCode::kPermissionDenied,
     "this is a read-only replica: give the URL of its master"},
    {"NOPERM", absl::StatusCode::kPermissionDenied,
     "this Redis user may not change it: commands need the role "
     "groupring-operator of pdns-config/redis-acl.conf, as the user of "
     "[control] redis in the settings; nodes need groupring-node"},
    {"OOM", absl::StatusCode::kResourceExhausted,
     "Redis is full: raise maxmemory or make room"},
    {"MISCONF", absl::StatusCode::kFailedPrecondition,
     "Redis cannot save to its disk and takes no writes until it can"},
    {"NOREPLICAS", absl::StatusCode::kFailedPrecondition,
     "Redis takes no writes while it has fewer replicas than "
     "min-replicas-to-write"},
};

// Redis puts this before the reason why EXEC was refused.
constexpr std::string_view kAbort =
    "EXECABORT Transaction discarded because of: ";

std::string_view FirstWord(std::string_view error) {
  return error.substr(0, error.find(' '));
}

// The status for the error if it is one of `meanings`.
std::optional<absl::Status> Find(std::span<const Meaning> meanings,
                                 std::string_view error) {
  for (const Meaning& meaning : meanings) {
    if (FirstWord(error) != meaning.word) continue;
    if (meaning.advice.empty()) {
      return absl::Status(meaning.code, std::string(error));
    }
    return absl::Status(meaning.code,
                        absl::StrFormat("%s (%s)", error, meaning.advice));
  }
  return std::nullopt;
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

absl::Status StatusOfErrorReply(std::string_view error) {
  return Find(kMeanings, error)
      .value_or(absl::UnknownError(std::string(error)));
}

absl::Status StatusOfWriteError(std::string_view error) {
  if (error.starts_with(kAbort)) error.remove_prefix(kAbort.size());
  const std::optional<absl::Status> found = Find(kMeaningsOfWrites, error);
  if (found) return *found;
  const absl::Status status = StatusOfErrorReply(error);
  if (!absl::IsAborted(status)) return status;
  return absl::UnavailableError(std::string(status.message()));
}

absl::Status StatusOfAuthError(std::string_view error) {
  // Redis reports several conditions as ERR; these are its messages since 2.6.
  if (Contains(error, "without any password configured") ||
      Contains(error, "no password is set")) {
    return absl::UnauthenticatedError(
        "AUTH refused: Redis has no password for this user; take it out of "
        "the Redis URL or set requirepass");
  }
  if (Contains(error, "wrong number of arguments")) {
    return absl::UnauthenticatedError(
        "AUTH refused: users need Redis 6 or newer; leave the user out of the "
        "Redis URL");
  }
  const std::string_view word = FirstWord(error);
  if (word == "WRONGPASS" || Contains(error, "invalid password")) {
    return absl::UnauthenticatedError(
        "AUTH refused (WRONGPASS): check user and password in the Redis URL");
  }
  const absl::Status status = StatusOfErrorReply(word);
  if (absl::IsUnknown(status)) {
    return absl::UnauthenticatedError("AUTH refused");
  }
  return {status.code(),
          absl::StrFormat("AUTH refused: %s", std::string(status.message()))};
}

}  // namespace groupring::redis
