#include "redis/admin/top_records.h"

#include <cstddef>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/node_status.h"
#include "redis/schema/traffic.h"

namespace groupring::redis {
namespace {

// The field with the time; the others are reports.
constexpr std::string_view kTime = "time";

std::string KeyOf(const NodeIdentity& node) {
  return std::string(kTrafficKeyPrefix) + NodeMember(node) + ":top";
}

}  // namespace

absl::Status WriteTop(const NodeIdentity& node, const TopRecord& record,
                      Connection* connection) {
  const std::string key = KeyOf(node);
  const std::string time = std::to_string(record.unix_millis);
  const std::string expiry = std::to_string(
      std::chrono::duration_cast<std::chrono::milliseconds>(kTopLasts).count());
  std::vector<std::string_view> fields = {"HSET", key, kTime, time};
  for (const auto& [kind, report] : record.reports) {
    fields.push_back(kind);
    fields.push_back(report);
  }
  connection->Append({"MULTI"});
  connection->Append(fields);
  connection->Append({"PEXPIRE", key, expiry});
  connection->Append({"EXEC"});
  absl::Status refused;
  const auto note = [&](const Reply& reply) {
    if (refused.ok() && reply.is_error()) {
      refused = StatusOfWriteError(reply.text);
    }
  };
  constexpr size_t kReplies = 4;
  for (size_t i = 0; i < kReplies; ++i) {
    ASSIGN_OR_RETURN(const Reply reply, connection->Read());
    note(reply);
    for (const Reply& result : reply.elements) note(result);
  }
  return refused;
}

absl::StatusOr<std::optional<TopRecord>> ReadTop(const NodeIdentity& node,
                                                 Connection* connection) {
  ASSIGN_OR_RETURN(const Reply reply,
                   connection->Command({"HGETALL", KeyOf(node)}));
  if (reply.is_error()) return StatusOfErrorReply(reply.text);
  if (reply.elements.empty()) return std::nullopt;
  TopRecord record;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    const std::string& value = reply.elements[i + 1].text;
    if (reply.elements[i].text == kTime) {
      record.unix_millis =
          ParseWholeNumber(value, 0, std::numeric_limits<int64_t>::max())
              .value_or(0);
    } else {
      record.reports[reply.elements[i].text] = value;
    }
  }
  return record;
}

TopPublisher::TopPublisher(
    NodeIdentity node,
    std::function<std::map<std::string, std::string>()> reports,
    const Clock* clock, LogSink log)
    : node_(std::move(node)),
      reports_(std::move(reports)),
      clock_(clock),
      log_(log ? std::move(log) : [](Severity, const std::string&) {}) {}

absl::Status TopPublisher::Tick(Connection* connection, bool last) {
  const auto now = clock_->Steady();
  if (!last && now < next_) return absl::OkStatus();
  std::map<std::string, std::string> reports = reports_();
  if (reports.empty()) return absl::OkStatus();
  next_ = now + kInterval;
  const absl::Status status =
      WriteTop(node_, {clock_->UnixMillis(), std::move(reports)}, connection);
  if (IsConnectionLost(status)) return status;
  if (status.ok()) {
    refused_ = false;
  } else if (!std::exchange(refused_, true)) {
    log_(Severity::kWarning,
         absl::StrFormat("this node cannot write to %s who asks it, so "
                         "`groupring top --node` does not show it; queries are "
                         "answered as ever: %s",
                         KeyOf(node_), std::string(status.message())));
  }
  return absl::OkStatus();
}

}  // namespace groupring::redis
