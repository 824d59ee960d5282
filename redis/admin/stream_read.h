// Reads streams of Redis: their newest entries, and new ones as they come.
#ifndef GROUPRING_REDIS_ADMIN_STREAM_READ_H_
#define GROUPRING_REDIS_ADMIN_STREAM_READ_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"

namespace groupring::redis {

// Calls `entry` with each id and the array of fields and values.
void ForEachEntry(const Reply& entries,
                  const std::function<void(const std::string& id,
                                           const Reply& fields)>& entry);

// The time of an entry's id in unix milliseconds; 0 if the id is malformed.
int64_t TimeOfEntry(const std::string& id);

// The newest entries, the newest first, as XREVRANGE returns them.
absl::StatusOr<Reply> ReadNewestEntries(std::string_view stream, size_t count,
                                        Connection* connection);

// The entries after `id`, oldest first, at most a thousand. Waits for one at
// most for `wait`.
absl::StatusOr<Reply> WaitForEntries(std::string_view stream,
                                     const std::string& id,
                                     std::chrono::milliseconds wait,
                                     Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_STREAM_READ_H_
