// Whose subnet decides the answer.
#ifndef GROUPRING_BACKEND_RESOLVER_CLIENT_H_
#define GROUPRING_BACKEND_RESOLVER_CLIENT_H_

#include <cstdint>
#include <string_view>

#include "backend/snapshot/affinity_table.h"
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
  // What is hashed: `subnet`, or the key of its label.
  hashing::SubnetKey key{uint64_t{4} << 56};
  hashing::SubnetKey subnet = key;
  // The scope of every answer that depends on the client. Never 0, because
  // PowerDNS caches answers of scope 0 for everybody. 24 or 48; 120 where an
  // IPv4 client is written as ::ffff:a.b.c.d/128, whose last 24 of 120 bits are
  // the IPv4 subnet. The whole address where an entry longer than the subnet
  // decides.
  uint8_t scope_mask = 24;
  // Whose label is hashed, in the table; null: none.
  const AffinityTable::Row* affinity = nullptr;
};

// `remote` is the resolver's address, `real_remote` the client's subnet as
// PowerDNS gives it; either may be empty. `affinity` may be null.
//
// An address that is a source address (IsSourceAddress, or the resolver's own
// where the client asks for that) is looked up among all entries. Of a subnet
// that a resolver has sent on (ECS) only the first 24 (48) bits are looked up,
// among entries that contain all of them: what is answered may be cached for
// that whole subnet.
Client ClientOf(std::string_view remote, std::string_view real_remote,
                const AffinityTable* affinity = nullptr);

// The key of a known client. `is_source`: it asks itself, without a resolver.
// `row` receives the entry whose label is hashed, or null.
hashing::SubnetKey KeyOf(const hashing::ClientSubnet& subnet, bool is_source,
                         const AffinityTable* affinity,
                         const AffinityTable::Row** row = nullptr);

// Whether `real_remote` is the whole address of the asker, as PowerDNS gives it
// without EDNS Client Subnet. If `remote` is empty, any whole address is. A
// client that sends its own address by ECS looks the same.
bool IsSourceAddress(std::string_view remote, std::string_view real_remote);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_CLIENT_H_
