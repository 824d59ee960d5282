// The content of SVCB and HTTPS records (RFC 9460).
#ifndef GROUPRING_BACKEND_ZONES_SVC_PARAMS_H_
#define GROUPRING_BACKEND_ZONES_SVC_PARAMS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace groupring::backend {

// As PowerDNS 4.7 reads it: parameters whose names came later have the names of
// their numbers ("key7"). Otherwise the status says what is wrong.
absl::StatusOr<std::string> ReadableSvcParams(std::string_view content);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ZONES_SVC_PARAMS_H_
