#include "redis/connection/error_reply.h"

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
     "grant the user this command and key (redis/README.md lists the rights)"},
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

std::string_view FirstWord(std::string_view error) {
  return error.substr(0, error.find(' '));
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

absl::Status StatusOfErrorReply(std::string_view error) {
  for (const Meaning& meaning : kMeanings) {
    if (FirstWord(error) != meaning.word) continue;
    if (meaning.advice.empty()) {
      return {meaning.code, std::string(error)};
    }
    return {meaning.code, absl::StrFormat("%s (%s)", error, meaning.advice)};
  }
  return absl::UnknownError(std::string(error));
}

absl::Status StatusOfAuthError(std::string_view error) {
  // Redis words several conditions as ERR; these are its messages since 2.6.
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
  for (const Meaning& meaning : kMeanings) {
    if (word != meaning.word) continue;
    return {meaning.code,
            absl::StrFormat("AUTH refused: %s (%s)", word, meaning.advice)};
  }
  return absl::UnauthenticatedError("AUTH refused");
}

}  // namespace groupring::redis
