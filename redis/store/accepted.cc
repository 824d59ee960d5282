#include "redis/store/accepted.h"

#include <string>
#include <utility>

#include "redis/connection/error_reply.h"
#include "redis/schema/acceptance.h"
#include "redis/schema/own_keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

absl::StatusOr<Acceptance> ReadAcceptance(Connection* connection,
                                          std::atomic<uint64_t>* commands,
                                          Findings* findings) {
  absl::StatusOr<Reply> reply = connection->Command({"HGETALL", kAcceptedKey});
  if (!reply.ok()) return reply.status();
  commands->fetch_add(1, std::memory_order_relaxed);
  findings->keys.emplace_back(kAcceptedKey);
  RawValue raw;
  if (reply->is_error()) {
    const absl::Status status = StatusOfErrorReply(reply->text);
    if (absl::IsInvalidArgument(status)) {
      raw.kind = RawValue::Kind::kWrongType;
    } else if (absl::IsPermissionDenied(status)) {
      raw.kind = RawValue::Kind::kDenied;
    } else {
      return status;
    }
  } else if (!reply->elements.empty()) {
    raw.kind = RawValue::Kind::kValue;
    for (Reply& item : reply->elements) {
      raw.items.push_back(std::move(item.text));
    }
  }
  return ParseAcceptance(raw, &findings->complaints);
}

}  // namespace groupring::redis
