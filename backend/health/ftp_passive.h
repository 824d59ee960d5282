// Where a server waits for the data connection: the replies to PASV (227) and
// EPSV (229).
#ifndef GROUPRING_BACKEND_HEALTH_FTP_PASSIVE_H_
#define GROUPRING_BACKEND_HEALTH_FTP_PASSIVE_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "redis/model/address.h"

namespace groupring::backend {

struct PassiveEndpoint {
  redis::AddressBytes address{};  // IPv4
  uint16_t port = 0;

  bool operator==(const PassiveEndpoint&) const = default;
};

// Of "Entering Passive Mode (192,0,2,1,82,8).": the first six numbers between
// commas, with or without parentheses (RFC 1123, 4.1.2.6). Nothing when there
// are no six of 0…255, or the port is 0.
std::optional<PassiveEndpoint> ParsePasv(std::string_view text);

// Of "Entering Extended Passive Mode (|||21000|)" (RFC 2428, 3). Nothing when
// it does not look like that, or the port is none.
std::optional<uint16_t> ParseEpsv(std::string_view text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_FTP_PASSIVE_H_
