// Addresses and ranges as operators write them.
#ifndef GROUPRING_BACKEND_CHANGE_ADDRESS_OPERAND_H_
#define GROUPRING_BACKEND_CHANGE_ADDRESS_OPERAND_H_

#include <string>

#include "absl/status/statusor.h"
#include "redis/model/address.h"

namespace groupring::backend {

// One that clients can connect to, of either family. kInvalidArgument says
// what was expected.
absl::StatusOr<redis::AddressRange> ParseAddress(const std::string& text);

// Any address or prefix: what may be blocked.
absl::StatusOr<redis::AddressRange> ParseBlockedPrefix(const std::string& text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_ADDRESS_OPERAND_H_
