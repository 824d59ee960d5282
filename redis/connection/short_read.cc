#include "redis/connection/short_read.h"

#include <string>

#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"

namespace groupring::redis {

absl::StatusOr<Reply> ReadShort(std::string_view key, size_t most,
                                Connection* connection) {
  ASSIGN_OR_RETURN(Reply reply, connection->Command({"GETRANGE", key, "0",
                                                     std::to_string(most)}));
  const bool is_denied =
      reply.is_error() &&
      absl::IsPermissionDenied(StatusOfErrorReply(reply.text));
  // A key that is missing and one that is empty are the same to GETRANGE.
  const bool is_empty =
      reply.type == Reply::Type::kString && reply.text.empty();
  if (is_denied || is_empty) return connection->Command({"GET", key});
  return reply;
}

}  // namespace groupring::redis
