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
constexpr uint8_t kTcp = 6;
constexpr uint8_t kUdp = 17;
constexpr uint8_t kIpv6Fragment = 44;

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

// An IP packet of which `bytes` has what is behind its header.
struct IpPacket {
  std::string source;  // as text; "" if this is no IP packet
  unsigned protocol = 0;
  bool is_fragment = false;
  size_t missing = 0;  // of the packet's bytes
};

// Leaves `length` bytes, as what is behind them is padding. Returns how many of
// them are not there.
size_t KeepOnly(size_t length, Bytes* bytes) {
  const size_t there = bytes->rest().size();
  bytes->Cut(length);
  return length > there ? length - there : 0;
}

IpPacket TakeIpv4Header(Bytes* bytes) {
  IpPacket packet;
  const uint16_t version = bytes->Number(1);
  const size_t header = size_t{4} * (version & 0xf);
  constexpr size_t kLeast = 20;
  bytes->Take(1);
  const size_t length = bytes->Number(2);
  bytes->Take(2);
  packet.is_fragment = (bytes->Number(2) & 0x3fff) != 0;
  bytes->Take(1);
  packet.protocol = bytes->Number(1);
  bytes->Take(2);
  const std::string_view source = bytes->Take(4);
  bytes->Take(4);
  if (bytes->failed() || version >> 4 != 4 || header < kLeast ||
      length < header) {
    return packet;
  }
  bytes->Take(header - kLeast);
  packet.missing = KeepOnly(length - header, bytes);
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, source.data(), text.data(), text.size());
  packet.source = text.data();
  return packet;
}

IpPacket TakeIpv6Header(Bytes* bytes) {
  IpPacket packet;
  const uint16_t version = bytes->Number(1);
  bytes->Take(3);
  const size_t length = bytes->Number(2);
  // Queries have no extension headers but this one.
  packet.protocol = bytes->Number(1);
  packet.is_fragment = packet.protocol == kIpv6Fragment;
  bytes->Take(1);
  const std::string_view source = bytes->Take(16);
  bytes->Take(16);
  if (bytes->failed() || version >> 4 != 6) return packet;
  packet.missing = KeepOnly(length, bytes);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, source.data(), text.data(), text.size());
  packet.source = text.data();
  return packet;
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

// The message as ldns sees it; null if it is none.
std::unique_ptr<ldns_pkt, FreePacket> ParseMessage(std::string_view message) {
  ldns_pkt* parsed = nullptr;
  const ldns_status status =
      ldns_wire2pkt(&parsed, reinterpret_cast<const uint8_t*>(message.data()),
                    message.size());
  std::unique_ptr<ldns_pkt, FreePacket> packet(parsed);
  if (status != LDNS_STATUS_OK) return nullptr;
  return packet;
}

// Adds the client of the message if it is a query.
void AddQuery(ldns_pkt* message, const std::string& source,
              std::vector<CapturedQuery>* queries) {
  if (ldns_pkt_qr(message) ||
      ldns_pkt_get_opcode(message) != LDNS_PACKET_QUERY ||
      ldns_pkt_qdcount(message) != 1) {
    return;
  }
  const std::string subnet = SubnetOf(message);
  const auto client =
      hashing::ParseClientSubnet(subnet.empty() ? source : subnet);
  if (client) queries->push_back({*client, subnet.empty()});
}

// By the begin of a message, whose first bit behind the id tells.
bool IsAnswer(std::string_view begin) {
  return begin.size() > 2 && (begin[2] & 0x80) != 0;
}

void ParseUdp(const IpPacket& ip, Bytes* bytes, CapturedPacket* packet) {
  bytes->Take(4);  // ports
  const size_t length = bytes->Number(2);
  bytes->Take(2);
  constexpr size_t kHeader = 8;
  if (bytes->failed()) {
    packet->is_cut = ip.missing > 0;
    return;
  }
  if (length < kHeader) return;
  if (KeepOnly(length - kHeader, bytes) > 0) {
    packet->is_cut = ip.missing > 0 && !IsAnswer(bytes->rest());
    return;
  }
  const auto message = ParseMessage(bytes->rest());
  if (message != nullptr) AddQuery(message.get(), ip.source, &packet->queries);
}

// Each message has its length before it (RFC 1035, 4.2.2). Clients write both
// at once, so most messages begin and end with a packet.
void ParseTcp(const IpPacket& ip, Bytes* bytes, CapturedPacket* packet) {
  bytes->Take(12);  // ports, numbers
  const size_t header = size_t{4} * (bytes->Number(1) >> 4);
  constexpr size_t kTaken = 13;
  constexpr size_t kLeast = 20;
  if (bytes->failed()) {
    packet->is_cut = ip.missing > 0;
    return;
  }
  if (header < kLeast) return;
  // Most packets end with the header, even if that is cut.
  if (bytes->rest().size() + ip.missing <= header - kTaken) return;
  bytes->Take(header - kTaken);
  while (!bytes->failed() && !bytes->rest().empty()) {
    const size_t length = bytes->Number(2);
    const std::string_view begin = bytes->rest();
    const std::string_view text = bytes->Take(length);
    if (bytes->failed()) {
      if (IsAnswer(begin)) return;
      break;
    }
    const auto message = ParseMessage(text);
    if (message == nullptr) {
      packet->is_piece = true;
      return;
    }
    AddQuery(message.get(), ip.source, &packet->queries);
  }
  packet->is_cut = ip.missing > 0;
  packet->is_piece = bytes->failed() && !packet->is_cut;
}

}  // namespace

CapturedPacket ParseCapturedPacket(LinkType link, std::string_view bytes,
                                   size_t length) {
  CapturedPacket packet;
  Bytes rest(bytes);
  const uint16_t type = TakeLinkHeader(link, &rest);
  IpPacket ip;
  if (type == kIpv4) ip = TakeIpv4Header(&rest);
  if (type == kIpv6) ip = TakeIpv6Header(&rest);
  if (ip.source.empty()) {
    packet.is_cut = rest.failed() && length > bytes.size();
    return packet;
  }
  // Padding apart, it is as long as its header says only if all was captured.
  if (length <= bytes.size()) ip.missing = 0;
  if (ip.is_fragment) {
    packet.is_piece = true;
  } else if (ip.protocol == kUdp) {
    ParseUdp(ip, &rest, &packet);
  } else if (ip.protocol == kTcp) {
    ParseTcp(ip, &rest, &packet);
  }
  return packet;
}

}  // namespace groupring::backend
