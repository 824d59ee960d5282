// The canonical key of a client's subnet: what the ring hashes.
//
// The key of an IPv4 client is its /24, that of an IPv6 client its /48; an
// IPv4-mapped IPv6 address (::ffff:a.b.c.d) has the key of the IPv4 address.
// README.md defines every bit.
#ifndef GROUPRING_HASHING_SUBNET_KEY_H_
#define GROUPRING_HASHING_SUBNET_KEY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace groupring::hashing {

struct SubnetKey {
  // The top byte is the family (4 or 6); below it are the 24 or 48 bits of the
  // prefix, right aligned. For a label (label_key.h) they are 12 and a hash.
  uint64_t value = 0;

  bool is_ipv4() const { return (value >> 56) == 4; }
  // 24 or 48: also the scope of an answer that depends on the key.
  uint8_t prefix_length() const { return is_ipv4() ? 24 : 48; }

  bool operator==(const SubnetKey&) const = default;
};

// A client's address or subnet with its own prefix length.
struct ClientSubnet {
  SubnetKey key;
  // The prefix length as sent, reduced by 96 for IPv4-mapped IPv6; without a
  // "/" that of the whole address. 0: the client asked that its address not be
  // used.
  uint8_t source_prefix_length = 0;
  // In network order, including the bits that were sent after the prefix. An
  // IPv4 address is in the first four bytes.
  std::array<uint8_t, 16> address{};
};

// Reads "203.0.113.7", "203.0.113.0/24" or "2001:db8::/32", with an optional
// "%zone" after the address. Bits beyond the prefix length count as zero in the
// key. An address with a prefix shorter than 96 is not IPv4-mapped. Nothing for
// any other text. Allocates nothing; any thread may call it.
std::optional<ClientSubnet> ParseClientSubnet(std::string_view text);

// "203.0.113.0/24", "2001:db8:1::/48".
std::string SubnetText(SubnetKey key);

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_SUBNET_KEY_H_
