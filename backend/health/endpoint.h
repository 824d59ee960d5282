// An address and a port to connect to, or from.
#ifndef GROUPRING_BACKEND_HEALTH_ENDPOINT_H_
#define GROUPRING_BACKEND_HEALTH_ENDPOINT_H_

#include <cstdint>
#include <string>

#include "redis/model/address.h"

namespace groupring::backend {

struct AddressAndPort {
  redis::Family family = redis::Family::kA;
  redis::AddressBytes address{};  // as redis/model/address.h has them
  uint16_t port = 0;

  bool operator==(const AddressAndPort&) const = default;
};

// "192.0.2.1", "2001:db8::1".
std::string AddressText(const AddressAndPort& endpoint);
// "192.0.2.1:21", "[2001:db8::1]:21".
std::string EndpointText(const AddressAndPort& endpoint);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_ENDPOINT_H_
