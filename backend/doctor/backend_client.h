// Asks groupring as PowerDNS does, in the protocol of each mode.
#ifndef GROUPRING_BACKEND_DOCTOR_BACKEND_CLIENT_H_
#define GROUPRING_BACKEND_DOCTOR_BACKEND_CLIENT_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/doctor/pdns_connection.h"
#include "redis/model/address.h"

namespace groupring::backend {

struct BackendAnswer {
  // By family, as they were answered.
  std::array<std::vector<std::string>, redis::kFamilies> addresses;
  // The smallest scope of an address; nothing where there is none.
  std::optional<int> scope;
};

// One connection and, when `name` is not empty, one question for ANY of it on
// behalf of that /24, as PowerDNS asks for A and AAAA at once. Without a name
// only the greeting of the protocol is exchanged. REQUIRES: the connection is
// to a unix socket (kRemoteUnix, kPipe) or HTTP. kUnavailable,
// kDeadlineExceeded: no answer. kFailedPrecondition: the peer refuses, or does
// not speak that protocol; the message says what it sent.
absl::StatusOr<BackendAnswer> AskBackend(const PdnsConnection& connection,
                                         const std::string& name,
                                         const std::array<uint8_t, 3>& subnet,
                                         std::chrono::milliseconds timeout);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_BACKEND_CLIENT_H_
