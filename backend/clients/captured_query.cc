#include "backend/clients/captured_query.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>
// Where <stdbool.h> was not read before, ldns defines these as in C.
#undef bool
#undef false
#undef true

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>

namespace groupring::backend {
namespace {

constexpr uint16_t kIpv4 = 0x0800;
constexpr uint16_t kIpv6 = 0x86dd;
constexpr uint16_t kVlan = 0x8100;
constexpr uint16_t kServiceVlan = 0x88a8;
constexpr uint8_t kUdp = 17;

// Takes bytes off the front; what is not there fails for good.
class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}

  bool failed() const { return failed_; }
  std::string_view rest() const { return rest_; }

  std::string_view Take(size_t size) {
    if (size > rest_.size()) {
      failed_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  // In network order; 0 when it fails.
  uint16_t Number(size_t size) {
    unsigned number = 0;
    for (const char byte : Take(size)) {
      number = number << 8 | static_cast<unsigned char>(byte);
    }
    return static_cast<uint16_t>(number);
  }
  // What is behind these bytes is padding.
  void Cut(size_t size) { rest_ = rest_.substr(0, size); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

// The type of what follows, which the link's header names.
uint16_t TakeLinkHeader(LinkType link, Bytes* bytes) {
  uint16_t type = 0;
  switch (link) {
    case LinkType::kRaw:
      if (bytes->rest().empty()) return 0;
      return (static_cast<unsigned char>(bytes->rest()[0]) >> 4) == 4 ? kIpv4
                                                                      : kIpv6;
    case LinkType::kEthernet:
      bytes->Take(12);
      type = bytes->Number(2);
      break;
    case LinkType::kLinuxCooked:
      bytes->Take(14);
      type = bytes->Number(2);
      break;
    case LinkType::kLinuxCooked2:
      type = bytes->Number(2);
      bytes->Take(18);
      break;
  }
  while (type == kVlan || type == kServiceVlan) {
    bytes->Take(2);
    type = bytes->Number(2);
  }
  return type;
}

// The sender of a UDP packet, as text, with the packet's UDP header left; ""
// if it is none.
std::string TakeIpv4Header(Bytes* bytes) {
  const uint16_t version = bytes->Number(1);
  const size_t header = size_t{4} * (version & 0xf);
  constexpr size_t kLeast = 20;
  bytes->Take(1);
  const size_t length = bytes->Number(2);
  bytes->Take(2);
  const bool is_fragment = (bytes->Number(2) & 0x3fff) != 0;
  bytes->Take(1);
  const uint16_t protocol = bytes->Number(1);
  bytes->Take(2);
  const std::string_view source = bytes->Take(4);
  bytes->Take(4);
  if (bytes->failed() || version >> 4 != 4 || header < kLeast ||
      length < header || is_fragment || protocol != kUdp) {
    return "";
  }
  bytes->Take(header - kLeast);
  bytes->Cut(length - header);
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, source.data(), text.data(), text.size());
  return text.data();
}

std::string TakeIpv6Header(Bytes* bytes) {
  const uint16_t version = bytes->Number(1);
  bytes->Take(3);
  const size_t length = bytes->Number(2);
  const uint16_t next = bytes->Number(1);
  bytes->Take(1);
  const std::string_view source = bytes->Take(16);
  bytes->Take(16);
  // Queries have no extension headers.
  if (bytes->failed() || version >> 4 != 6 || next != kUdp) return "";
  bytes->Cut(length);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, source.data(), text.data(), text.size());
  return text.data();
}

// "203.0.113.0/24", of RFC 7871; "" where there is none, or none that makes
// sense.
std::string SubnetOf(ldns_pkt* query) {
  // Of the packet.
  const ldns_edns_option_list* const options =
      ldns_pkt_edns_get_option_list(query);
  const size_t count =
      options == nullptr ? 0 : ldns_edns_option_list_get_count(options);
  for (size_t i = 0; i < count; ++i) {
    const ldns_edns_option* const option =
        ldns_edns_option_list_get_option(options, i);
    if (ldns_edns_get_code(option) != LDNS_EDNS_CLIENT_SUBNET) continue;
    Bytes bytes({reinterpret_cast<const char*>(ldns_edns_get_data(option)),
                 ldns_edns_get_size(option)});
    const uint16_t family = bytes.Number(2);
    const uint16_t prefix = bytes.Number(1);
    bytes.Take(1);
    const std::string_view sent = bytes.rest();
    const bool is_ipv4 = family == 1;
    const size_t size = is_ipv4 ? 4 : 16;
    if (bytes.failed() || family < 1 || family > 2 || sent.size() > size ||
        prefix == 0 || prefix > 8 * size) {
      return "";
    }
    std::array<char, 16> address{};
    std::copy(sent.begin(), sent.end(), address.begin());
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(is_ipv4 ? AF_INET : AF_INET6, address.data(), text.data(),
              text.size());
    return std::string(text.data()) + "/" + std::to_string(prefix);
  }
  return "";
}

struct FreePacket {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};

}  // namespace

std::optional<CapturedQuery> ParseCapturedQuery(LinkType link,
                                                std::string_view packet) {
  Bytes bytes(packet);
  const uint16_t type = TakeLinkHeader(link, &bytes);
  if (type != kIpv4 && type != kIpv6) return std::nullopt;
  const std::string source =
      type == kIpv4 ? TakeIpv4Header(&bytes) : TakeIpv6Header(&bytes);
  if (source.empty()) return std::nullopt;
  bytes.Take(4);  // ports
  const size_t length = bytes.Number(2);
  bytes.Take(2);
  constexpr size_t kUdpHeader = 8;
  if (bytes.failed() || length < kUdpHeader ||
      bytes.rest().size() < length - kUdpHeader) {
    return std::nullopt;
  }
  bytes.Cut(length - kUdpHeader);

  ldns_pkt* parsed = nullptr;
  const ldns_status status = ldns_wire2pkt(
      &parsed, reinterpret_cast<const uint8_t*>(bytes.rest().data()),
      bytes.rest().size());
  const std::unique_ptr<ldns_pkt, FreePacket> query(parsed);
  if (status != LDNS_STATUS_OK || query == nullptr ||
      ldns_pkt_qr(query.get()) ||
      ldns_pkt_get_opcode(query.get()) != LDNS_PACKET_QUERY ||
      ldns_pkt_qdcount(query.get()) != 1) {
    return std::nullopt;
  }
  const std::string subnet = SubnetOf(query.get());
  const auto client =
      hashing::ParseClientSubnet(subnet.empty() ? source : subnet);
  if (!client) return std::nullopt;
  return CapturedQuery{*client, subnet.empty()};
}

}  // namespace groupring::backend
