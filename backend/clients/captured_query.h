// DNS queries in captured packets.
#ifndef GROUPRING_BACKEND_CLIENTS_CAPTURED_QUERY_H_
#define GROUPRING_BACKEND_CLIENTS_CAPTURED_QUERY_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "hashing/subnet_key.h"

namespace groupring::backend {

// What a packet begins with.
enum class LinkType : uint8_t {
  kEthernet,
  kLinuxCooked,   // tcpdump -i any, before libpcap 1.10
  kLinuxCooked2,  // and since
  kRaw,           // IPv4 or IPv6
};

struct CapturedQuery {
  hashing::ClientSubnet client;
  bool is_source = true;  // false: a subnet that a resolver has sent on (ECS)
};

// What a packet, of UDP or TCP, holds.
struct CapturedPacket {
  std::vector<CapturedQuery> queries;  // over TCP there may be several
  // Queries may be in it that cannot be read, because the rest of them is
  // elsewhere: it is a fragment, or part of a message in a TCP stream.
  bool is_piece = false;
  // Likewise, because the packet was captured up to some length only.
  bool is_cut = false;
};

// Who asks each DNS query: the subnet of ECS, or else its sender. `length`:
// that of the packet, of which `bytes` may be no more than the begin.
CapturedPacket ParseCapturedPacket(LinkType link, std::string_view bytes,
                                   size_t length);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CLIENTS_CAPTURED_QUERY_H_
