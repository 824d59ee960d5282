#include "redis/admin/write_error.h"

#include <string>

#include "absl/strings/str_format.h"
#include "redis/connection/error_reply.h"

namespace groupring::redis {
namespace {

struct Meaning {
  std::string_view word;
  absl::StatusCode code;
  std::string_view advice;
};

constexpr Meaning kMeanings[] = {
    {"READONLY", absl::StatusCode::kPermissionDenied,
     "this is a read-only replica: give the URL of its master"},
    {"NOPERM", absl::StatusCode::kPermissionDenied,
     "the Redis user may not do this: redis/README.md lists the rights that "
     "changes need"},
    {"OOM", absl::StatusCode::kResourceExhausted,
     "Redis is full: raise maxmemory or make room"},
    {"MISCONF", absl::StatusCode::kFailedPrecondition,
     "Redis cannot save to its disk and takes no writes until it can"},
    {"NOREPLICAS", absl::StatusCode::kFailedPrecondition,
     "Redis takes no writes while it has fewer replicas than "
     "min-replicas-to-write"},
};

// Before the reason why EXEC itself was refused.
constexpr std::string_view kAbort =
    "EXECABORT Transaction discarded because of: ";

}  // namespace

absl::Status StatusOfWriteError(std::string_view error) {
  if (error.starts_with(kAbort)) error.remove_prefix(kAbort.size());
  const std::string_view word = error.substr(0, error.find(' '));
  for (const Meaning& meaning : kMeanings) {
    if (word != meaning.word) continue;
    return {meaning.code, absl::StrFormat("%s (%s)", error, meaning.advice)};
  }
  const absl::Status status = StatusOfErrorReply(error);
  if (!absl::IsAborted(status)) return status;
  return absl::UnavailableError(std::string(status.message()));
}

}  // namespace groupring::redis
