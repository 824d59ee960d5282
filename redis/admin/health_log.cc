#include "redis/admin/health_log.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/admin/stream_read.h"
#include "redis/base/status_macros.h"
#include "redis/base/text.h"
#include "redis/connection/error_reply.h"
#include "redis/model/health.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

void SetField(std::string_view field, const std::string& value,
              HealthEvent* event) {
  if (field == "checker") event->checker = value;
  if (field == "group") event->group = value;
  if (field == "address") event->address = value;
  if (field == "verdict") event->verdict = Parse<Verdict>(value);
  if (field == "before") event->before = Parse<Verdict>(value);
  if (field == "reason") event->reason = Parse<VerdictReason>(value);
  if (field == "text") event->text = value;
}

std::vector<HealthEvent> ParseEvents(const Reply& entries) {
  std::vector<HealthEvent> events;
  ForEachEntry(entries, [&](const std::string& id, const Reply& fields) {
    HealthEvent& event = events.emplace_back();
    event.id = id;
    event.unix_millis = TimeOfEntry(id);
    for (size_t i = 0; i + 1 < fields.elements.size(); i += 2) {
      SetField(fields.elements[i].text, fields.elements[i + 1].text, &event);
    }
  });
  return events;
}

absl::StatusOr<Reply> Run(const std::vector<std::string_view>& command,
                          Connection* connection) {
  ASSIGN_OR_RETURN(Reply reply, connection->Command(command));
  if (reply.is_error()) return StatusOfWriteError(reply.text);
  return reply;
}

absl::StatusOr<std::vector<std::string>> VerdictsKeysOf(
    const std::string& checker, Connection* connection) {
  const std::string pattern = VerdictsKey("*", "*");
  std::vector<std::string> keys;
  std::string cursor = "0";
  do {
    ASSIGN_OR_RETURN(
        const Reply reply,
        Run({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"}, connection));
    if (reply.elements.size() != 2) {
      return absl::InternalError("the reply to SCAN makes no sense");
    }
    cursor = reply.elements[0].text;
    for (const Reply& key : reply.elements[1].elements) {
      const auto owner = ParseVerdictsKey(key.text);
      if (owner && owner->checker == checker) keys.push_back(key.text);
    }
  } while (cursor != "0");
  return keys;
}

}  // namespace

absl::StatusOr<std::vector<HealthEvent>> ReadHealthLog(size_t count,
                                                       Connection* connection) {
  ASSIGN_OR_RETURN(const Reply reply,
                   ReadNewestEntries(kHealthLogKey, count, connection));
  std::vector<HealthEvent> events = ParseEvents(reply);
  std::reverse(events.begin(), events.end());
  return events;
}

absl::StatusOr<std::vector<HealthEvent>> WaitForHealthLog(
    const std::string& id, std::chrono::milliseconds wait,
    Connection* connection) {
  ASSIGN_OR_RETURN(const Reply reply,
                   WaitForEntries(kHealthLogKey, id, wait, connection));
  return ParseEvents(reply);
}

absl::Status ForgetChecker(const std::string& id, int64_t unix_millis,
                           Connection* connection) {
  ASSIGN_OR_RETURN(
      const Reply seen,
      Run({"ZRANGE", kCheckersKey, "0", "-1", "WITHSCORES"}, connection));
  std::optional<int64_t> last;
  for (size_t i = 0; i + 1 < seen.elements.size(); i += 2) {
    if (seen.elements[i].text != id) continue;
    last = ParseWholeNumber(seen.elements[i + 1].text, 0, int64_t{1} << 53)
               .value_or(0);
  }
  if (!last) {
    return absl::NotFoundError(
        absl::StrFormat("no checker is called %s", Quoted(id)));
  }
  if (unix_millis - *last <= kCheckerLifeMillis) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "checker %s has reported within the last %d s: stop it first, or it "
        "lists itself again",
        Quoted(id), kCheckerLifeMillis / 1000));
  }
  RETURN_IF_ERROR(Run({"ZREM", kCheckersKey, id}, connection).status());
  ASSIGN_OR_RETURN(std::vector<std::string> keys,
                   VerdictsKeysOf(id, connection));
  keys.push_back(std::string(kCheckerKeyPrefix) + id);
  for (const std::string& key : keys) {
    RETURN_IF_ERROR(Run({"DEL", key}, connection).status());
  }
  return absl::OkStatus();
}

}  // namespace groupring::redis
