// Whose subnet decides the answer.
#ifndef GROUPRING_BACKEND_RESOLVER_CLIENT_H_
#define GROUPRING_BACKEND_RESOLVER_CLIENT_H_

#include <cstdint>
#include <string_view>

#include "hashing/subnet_key.h"

namespace groupring::backend {

// Where the subnet key was taken from.
enum class KeySource {
  kSubnet,    // `real-remote`: EDNS Client Subnet, or else the resolver's own
  kResolver,  // the resolver: the client asked that its address not be used
  kNobody,    // an internal lookup of PowerDNS: no client
};

struct Client {
  KeySource source = KeySource::kNobody;
  hashing::SubnetKey key{uint64_t{4} << 56};
  // Of every answer that depends on the client: never 0, for PowerDNS caches
  // scope 0 for everybody. 24 or 48; 120 where an IPv4 client is written as
  // ::ffff:a.b.c.d/128, whose last 24 of 120 bits are the IPv4 subnet.
  uint8_t scope_mask = 24;
};

// `remote` is the resolver's address, `real_remote` the client's subnet as
// PowerDNS gives it; either may be empty.
Client ClientOf(std::string_view remote, std::string_view real_remote);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_CLIENT_H_
