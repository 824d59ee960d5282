// The canonical key of a client's subnet: what the ring hashes.
//
// IPv4 clients are keyed by their /24, IPv6 clients by their /48; an
// IPv4-mapped IPv6 address (::ffff:a.b.c.d) is keyed as the IPv4 address.
// README.md gives the layout to the bit.
#ifndef GROUPRING_HASHING_SUBNET_KEY_H_
#define GROUPRING_HASHING_SUBNET_KEY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace groupring::hashing {

struct SubnetKey {
  // Family (4 or 6) in the top byte, the 24 or 48 bits of the prefix, right
  // aligned, below. Of a label (label_key.h) 12 and a hash.
  uint64_t value = 0;

  bool is_ipv4() const { return (value >> 56) == 4; }
  // 24 or 48: also the scope of an answer that depends on the key.
  uint8_t prefix_length() const { return is_ipv4() ? 24 : 48; }

  bool operator==(const SubnetKey&) const = default;
};

// A client's address or subnet with its own prefix length.
struct ClientSubnet {
  SubnetKey key;
  // As sent, of IPv4-mapped IPv6 less 96; the whole address without a "/".
  // 0: the client asked that its address not be used.
  uint8_t source_prefix_length = 0;
  // In network order, with whatever bits were sent after the prefix; an IPv4
  // address in the first four bytes.
  std::array<uint8_t, 16> address{};
};

// "203.0.113.7", "203.0.113.0/24", "2001:db8::/32", with an optional "%zone"
// after the address. Bits beyond the prefix length are taken as zero; a prefix
// of less than 96 does not make an address IPv4-mapped. Nothing when the text
// is none of these. Allocates nothing; any thread may call it.
std::optional<ClientSubnet> ParseClientSubnet(std::string_view text);

// "203.0.113.0/24", "2001:db8:1::/48".
std::string SubnetText(SubnetKey key);

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_SUBNET_KEY_H_
