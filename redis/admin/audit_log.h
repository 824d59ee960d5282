// Entries of the stream `groupring:audit`.
#ifndef GROUPRING_REDIS_ADMIN_AUDIT_LOG_H_
#define GROUPRING_REDIS_ADMIN_AUDIT_LOG_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/admin/admin.h"
#include "redis/connection/connection.h"
#include "redis/connection/reply.h"

namespace groupring::redis {

// The XADD command for an entry of this generation, which also says what nodes
// cannot see from announcements: which names and entries of networks it writes.
RedisCommand AuditCommand(const AuditEntry& entry, int64_t generation,
                          const WriteBatch& writes);

// Accepts anything that the stream holds: missing fields stay empty; unknown
// fields, and anything that is no entry, are ignored.
std::vector<AuditEntry> ParseAuditEntries(const Reply& entries);

absl::StatusOr<std::vector<AuditEntry>> ReadNewestAudit(size_t count,
                                                        Connection* connection);

// The entries after `id`; empty if none has come within `wait`.
absl::StatusOr<std::vector<AuditEntry>> WaitForAudit(
    const std::string& id, std::chrono::milliseconds wait,
    Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_AUDIT_LOG_H_
