// "host:port" as text.
#ifndef GROUPRING_REDIS_BASE_HOST_PORT_H_
#define GROUPRING_REDIS_BASE_HOST_PORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace groupring {

// Parts of the text that was split.
struct HostPort {
  std::string_view host;                 // without brackets
  std::optional<std::string_view> port;  // what follows the colon, if any
  bool bracketed = false;                // [host]: an IPv6 address
};

// Splits "host", "host:port", "[IPv6]" or "[IPv6]:port". Nothing if the host is
// empty or the brackets are wrong. Without brackets the host ends at the first
// colon, so for a bare IPv6 address `port` is something that ParsePort refuses.
std::optional<HostPort> SplitHostPort(std::string_view text);

// 0…65535, in digits.
std::optional<uint16_t> ParsePort(std::string_view text);

// Puts brackets around a host that has a colon.
std::string FormatHostPort(std::string_view host, uint16_t port);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_HOST_PORT_H_
