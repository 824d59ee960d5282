// Durations, times, names of groups, and addresses as operators write them.
#ifndef GROUPRING_BACKEND_CHANGE_OPERANDS_H_
#define GROUPRING_BACKEND_CHANGE_OPERANDS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/model/address.h"

namespace groupring::backend {

// Parses "90s", "30m", "4h", "1h30m", "2d" to seconds. The error names `option`
// and says what was expected.
absl::StatusOr<int64_t> ParseDuration(std::string_view text,
                                      std::string_view option);

// Parses "+4h" or "4h" (from now on) or "2026-10-07T13:12:03Z" (RFC 3339) to
// unix seconds; "" gives 0. The time must be in the future.
absl::StatusOr<int64_t> ParseUntil(std::string_view text,
                                   int64_t now_unix_seconds);

// "1h30m", "90s" as "1m30s", "2d".
std::string DurationText(int64_t seconds);

// kInvalidArgument unless the text can be a group's name: printable, without
// white space.
absl::Status CheckGroupName(std::string_view group);

// An address or range of either family that clients can connect to.
// kInvalidArgument says what was expected.
absl::StatusOr<redis::AddressRange> ParseAddress(const std::string& text);

// Any address or prefix, which is what may be blocked.
absl::StatusOr<redis::AddressRange> ParseBlockedPrefix(const std::string& text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_OPERANDS_H_
