// Reads a string that should be short, whatever stands there.
#ifndef GROUPRING_REDIS_CONNECTION_SHORT_READ_H_
#define GROUPRING_REDIS_CONNECTION_SHORT_READ_H_

#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/connection/reply.h"

namespace groupring::redis {

// The digits of a number of 64 bits, and one more.
inline constexpr size_t kLongestNumber = 20;

// The reply to GET, of a longer value only the first `most` + 1 bytes: a string
// can have half a gigabyte. A user without the right for GETRANGE reads all of
// it.
absl::StatusOr<Reply> ReadShort(std::string_view key, size_t most,
                                Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_SHORT_READ_H_
