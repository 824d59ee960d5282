#include "backend/resolver/client.h"

#include <optional>

namespace groupring::backend {
namespace {

using hashing::ClientSubnet;
using hashing::ParseClientSubnet;

constexpr uint8_t kMappedPrefix = 96;  // ::ffff:0:0/96, RFC 4291

Client FromSubnet(KeySource source, std::string_view text,
                  const ClientSubnet& subnet) {
  Client client;
  client.source = source;
  client.key = subnet.key;
  client.scope_mask = subnet.key.prefix_length();
  const bool written_as_ipv6 = text.find(':') != std::string_view::npos;
  if (subnet.key.is_ipv4() && written_as_ipv6) {
    client.scope_mask = static_cast<uint8_t>(client.scope_mask + kMappedPrefix);
  }
  return client;
}

}  // namespace

Client ClientOf(std::string_view remote, std::string_view real_remote) {
  // PowerDNS asks on its own behalf (SOA, zone listings, NSEC bitmaps) as
  // 0.0.0.0.
  if (remote == "0.0.0.0" || remote == "::") return Client();

  if (const auto subnet = ParseClientSubnet(real_remote);
      subnet.has_value() && subnet->source_prefix_length > 0) {
    return FromSubnet(KeySource::kSubnet, real_remote, *subnet);
  }
  // RFC 7871, 7.1.2: prefix 0 asks that the address not be used.
  if (const auto subnet = ParseClientSubnet(remote)) {
    return FromSubnet(KeySource::kResolver, remote, *subnet);
  }
  return Client();
}

}  // namespace groupring::backend
