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

// The XADD for an entry of this generation. `names` are those whose CONFIG or
// GROUPS the change writes.
RedisCommand AuditCommand(const AuditEntry& entry, int64_t generation,
                          const std::vector<std::string>& names);

// Whatever stands in the stream: fields that are missing stay empty, others
// are passed over, and so is what is no entry at all.
std::vector<AuditEntry> ParseAuditEntries(const Reply& entries);

absl::StatusOr<std::vector<AuditEntry>> ReadNewestAudit(size_t count,
                                                        Connection* connection);

// Entries after `id`, none when there are none after so long.
absl::StatusOr<std::vector<AuditEntry>> WaitForAudit(
    const std::string& id, std::chrono::milliseconds wait,
    Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_AUDIT_LOG_H_
