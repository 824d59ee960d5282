#include "backend/health/endpoint.h"

#include <array>

#include "redis/base/host_port.h"

namespace groupring::backend {

std::string AddressText(const AddressAndPort& endpoint) {
  std::array<char, redis::kAddressTextSize> buffer;
  return std::string(
      redis::FormatAddress(endpoint.family, endpoint.address, &buffer));
}

std::string EndpointText(const AddressAndPort& endpoint) {
  return FormatHostPort(AddressText(endpoint), endpoint.port);
}

}  // namespace groupring::backend
