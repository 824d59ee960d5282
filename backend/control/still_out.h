// Whether what was taken out of service is still out, and stays so.
#ifndef GROUPRING_BACKEND_CONTROL_STILL_OUT_H_
#define GROUPRING_BACKEND_CONTROL_STILL_OUT_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "backend/control/expiry_wait.h"
#include "redis/model/audit_entry.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// kAborted if a command has brought it back since the change, even if another
// one has taken it out again: clients were answered with it in between.
absl::Status CheckEntries(const std::vector<redis::AuditEntry>& entries,
                          const Expiry& expiry);

// kAborted unless the state leaves the group out of service as planned, until
// `safe_from` (unix seconds) at least.
absl::Status CheckState(const redis::GroupState& state, const Expiry& expiry,
                        int64_t safe_from, int64_t unix_millis);

// kAborted if the group answers one of the addresses, or will before
// `safe_from`. `group` is what Redis holds; null: nothing.
absl::Status CheckAddresses(const redis::GroupData* group, const Expiry& expiry,
                            int64_t safe_from, int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_STILL_OUT_H_
