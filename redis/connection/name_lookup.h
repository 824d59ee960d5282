// Addresses of a host, looked up within a deadline.
#ifndef GROUPRING_REDIS_CONNECTION_NAME_LOOKUP_H_
#define GROUPRING_REDIS_CONNECTION_NAME_LOOKUP_H_

#include <netdb.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace groupring::redis {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

// Stream addresses in the order to try them; never an empty list. An address
// as text needs no look-up. kUnavailable or kDeadlineExceeded.
absl::StatusOr<AddressList> LookUp(
    const std::string& host, uint16_t port,
    std::chrono::steady_clock::time_point deadline);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_NAME_LOOKUP_H_
