// DNS queries in captured packets.
#ifndef GROUPRING_BACKEND_CLIENTS_CAPTURED_QUERY_H_
#define GROUPRING_BACKEND_CLIENTS_CAPTURED_QUERY_H_

#include <cstdint>
#include <optional>
#include <string_view>

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

// Who asks the query of the packet: the subnet of ECS, or else its sender.
// Nothing if the packet is not exactly one DNS query over UDP: an answer,
// another protocol, a fragment, or cut before the end of the query.
std::optional<CapturedQuery> ParseCapturedQuery(LinkType link,
                                                std::string_view packet);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CLIENTS_CAPTURED_QUERY_H_
