#include "redis/store/generation.h"

#include <limits>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/hash_fields.h"
#include "redis/schema/own_keys.h"

namespace groupring::redis {

absl::StatusOr<int64_t> ReadGeneration(Connection* connection,
                                       std::atomic<uint64_t>* commands,
                                       Findings* findings) {
  const absl::StatusOr<Reply> reply =
      connection->Command({"GET", kGenerationKey});
  if (!reply.ok()) return reply.status();
  commands->fetch_add(1, std::memory_order_relaxed);
  const std::string key(kGenerationKey);
  findings->keys.push_back(key);
  if (reply->is_error()) {
    const absl::Status status = StatusOfErrorReply(reply->text);
    if (!absl::IsInvalidArgument(status) && !absl::IsPermissionDenied(status)) {
      return status;
    }
    findings->complaints.push_back(
        {key, absl::StrFormat("%s; nodes cannot say which changes they have "
                              "applied",
                              std::string(status.message()))});
    return 0;
  }
  if (reply->type == Reply::Type::kNil) return 0;
  const std::optional<int64_t> number =
      ParseWholeNumber(reply->text, 0, std::numeric_limits<int64_t>::max());
  if (number) return *number;
  findings->complaints.push_back(
      {key, absl::StrFormat("%s is no whole number; DEL it to start anew",
                            Quoted(reply->text))});
  return 0;
}

}  // namespace groupring::redis
