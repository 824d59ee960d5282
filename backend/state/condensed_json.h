// Condensed names as text, for another process on this host.
#ifndef GROUPRING_BACKEND_STATE_CONDENSED_JSON_H_
#define GROUPRING_BACKEND_STATE_CONDENSED_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "redis/schema/name_condenser.h"

namespace groupring::backend {

// Two lines: what is known beside the names, and the names as in a state file.
std::string CondensedToText(const redis::CondensedNames& condensed);

// kDataLoss: no text that CondensedToText makes. kUnimplemented: one of a later
// version.
absl::StatusOr<redis::CondensedNames> CondensedFromText(std::string_view text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_CONDENSED_JSON_H_
