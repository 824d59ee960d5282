#include "redis/admin/audit_log.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_join.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kMaxEntriesPerRead = "1000";

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

void SetField(std::string_view field, std::string value, AuditEntry* entry) {
  if (field == "who") {
    entry->who = std::move(value);
  } else if (field == "what") {
    entry->what = std::move(value);
  } else if (field == "target") {
    entry->target = std::move(value);
  } else if (field == "reason") {
    entry->reason = std::move(value);
  } else if (field == "before") {
    entry->before = std::move(value);
  } else if (field == "after") {
    entry->after = std::move(value);
  } else if (field == "forced") {
    entry->forced = value == "yes";
  } else if (field == kAuditGeneration) {
    entry->generation = ParseWholeNumber(value, 0, kMax).value_or(0);
  }
}

bool IsPair(const Reply& reply) {
  return reply.type == Reply::Type::kArray && reply.elements.size() == 2;
}

}  // namespace

RedisCommand AuditCommand(const AuditEntry& entry, int64_t generation,
                          const std::vector<std::string>& names) {
  return {"XADD",
          std::string(kAuditKey),
          "MAXLEN",
          "~",
          std::to_string(kMaxAuditEntries),
          "*",
          "who",
          entry.who,
          "what",
          entry.what,
          "target",
          entry.target,
          "reason",
          entry.reason,
          "before",
          entry.before,
          "after",
          entry.after,
          "forced",
          entry.forced ? "yes" : "no",
          std::string(kAuditGeneration),
          std::to_string(generation),
          std::string(kAuditNames),
          absl::StrJoin(names, " ")};
}

std::vector<AuditEntry> ParseAuditEntries(const Reply& entries) {
  std::vector<AuditEntry> parsed;
  for (const Reply& reply : entries.elements) {
    if (!IsPair(reply)) continue;
    AuditEntry& entry = parsed.emplace_back();
    entry.id = reply.elements[0].text;
    entry.unix_millis =
        ParseWholeNumber(entry.id.substr(0, entry.id.find('-')), 0, kMax)
            .value_or(0);
    const std::vector<Reply>& fields = reply.elements[1].elements;
    for (size_t i = 0; i + 1 < fields.size(); i += 2) {
      SetField(fields[i].text, fields[i + 1].text, &entry);
    }
  }
  return parsed;
}

absl::StatusOr<std::vector<AuditEntry>> ReadNewestAudit(
    size_t count, Connection* connection) {
  if (count == 0) return std::vector<AuditEntry>();
  const absl::StatusOr<Reply> reply = connection->Command(
      {"XREVRANGE", kAuditKey, "+", "-", "COUNT", std::to_string(count)});
  if (!reply.ok()) return reply.status();
  if (reply->is_error()) return StatusOfWriteError(reply->text);
  std::vector<AuditEntry> entries = ParseAuditEntries(*reply);
  std::reverse(entries.begin(), entries.end());
  return entries;
}

absl::StatusOr<std::vector<AuditEntry>> WaitForAudit(const std::string& id,
                                                     milliseconds wait,
                                                     Connection* connection) {
  // Redis blocks for less than the deadline of its reply, again and again.
  const milliseconds longest =
      std::max(milliseconds(1), connection->command_timeout() / 2);
  const auto deadline = steady_clock::now() + wait;
  while (true) {
    const milliseconds left = std::chrono::duration_cast<milliseconds>(
        deadline - steady_clock::now());
    // A block of 0 would be one for ever.
    const bool block = left.count() > 0;
    const std::string time = std::to_string(std::min(left, longest).count());
    const absl::StatusOr<Reply> reply =
        block ? connection->Command({"XREAD", "COUNT", kMaxEntriesPerRead,
                                     "BLOCK", time, "STREAMS", kAuditKey, id})
              : connection->Command({"XREAD", "COUNT", kMaxEntriesPerRead,
                                     "STREAMS", kAuditKey, id});
    if (!reply.ok()) return reply.status();
    if (reply->is_error()) return StatusOfWriteError(reply->text);
    // One stream: its key, and its entries.
    if (!reply->elements.empty() && IsPair(reply->elements[0])) {
      return ParseAuditEntries(reply->elements[0].elements[1]);
    }
    if (!block) return std::vector<AuditEntry>();
  }
}

}  // namespace groupring::redis
