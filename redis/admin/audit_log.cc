#include "redis/admin/audit_log.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_join.h"
#include "redis/admin/stream_read.h"
#include "redis/schema/affinity_edits.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

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

}  // namespace

RedisCommand AuditCommand(const AuditEntry& entry, int64_t generation,
                          const WriteBatch& writes) {
  RedisCommand command = {"XADD",
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
                          absl::StrJoin(NamesWritten(writes), " ")};
  std::string affinity = AffinityEditsText(writes);
  if (!affinity.empty()) {
    command.emplace_back(kAuditAffinity);
    command.push_back(std::move(affinity));
  }
  return command;
}

std::vector<AuditEntry> ParseAuditEntries(const Reply& entries) {
  std::vector<AuditEntry> parsed;
  ForEachEntry(entries, [&](const std::string& id, const Reply& fields) {
    AuditEntry& entry = parsed.emplace_back();
    entry.id = id;
    entry.unix_millis = TimeOfEntry(id);
    for (size_t i = 0; i + 1 < fields.elements.size(); i += 2) {
      SetField(fields.elements[i].text, fields.elements[i + 1].text, &entry);
    }
  });
  return parsed;
}

absl::StatusOr<std::vector<AuditEntry>> ReadNewestAudit(
    size_t count, Connection* connection) {
  const absl::StatusOr<Reply> reply =
      ReadNewestEntries(kAuditKey, count, connection);
  if (!reply.ok()) return reply.status();
  std::vector<AuditEntry> entries = ParseAuditEntries(*reply);
  std::reverse(entries.begin(), entries.end());
  return entries;
}

absl::StatusOr<std::vector<AuditEntry>> WaitForAudit(
    const std::string& id, std::chrono::milliseconds wait,
    Connection* connection) {
  const absl::StatusOr<Reply> reply =
      WaitForEntries(kAuditKey, id, wait, connection);
  if (!reply.ok()) return reply.status();
  return ParseAuditEntries(*reply);
}

}  // namespace groupring::redis
