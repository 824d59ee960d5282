#include "hashing/subnet_key.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace groupring::hashing {
namespace {

constexpr uint8_t kMappedPrefixLength = 96;
constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0,    0,
                                                   0, 0, 0, 0, 0xff, 0xff};

using Ipv6Bytes = std::array<uint8_t, 16>;

// The first `key_bits` bits of `bytes`, those after the first `length` cleared.
uint64_t PrefixBits(const uint8_t* bytes, unsigned key_bits, unsigned length) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < key_bits / 8; ++i) bits = bits << 8 | bytes[i];
  if (length >= key_bits) return bits;
  const unsigned unknown = key_bits - length;
  return bits >> unknown << unknown;
}

ClientSubnet Ipv4Subnet(const uint8_t* bytes, uint8_t length) {
  return {{uint64_t{4} << 56 | PrefixBits(bytes, 24, length)},
          length,
          {bytes[0], bytes[1], bytes[2], bytes[3]}};
}

ClientSubnet Ipv6Subnet(const Ipv6Bytes& bytes, uint8_t length) {
  if (length >= kMappedPrefixLength &&
      std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin())) {
    return Ipv4Subnet(bytes.data() + kMappedPrefix.size(),
                      static_cast<uint8_t>(length - kMappedPrefixLength));
  }
  return {{uint64_t{6} << 56 | PrefixBits(bytes.data(), 48, length)},
          length,
          bytes};
}

// Reads a number of decimal digits only; nothing if it is above `max`.
std::optional<uint8_t> ParsePrefixLength(std::string_view text, uint8_t max) {
  uint8_t length = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, length);
  if (failure != std::errc() || stop != end || length > max) {
    return std::nullopt;
  }
  return length;
}

}  // namespace

std::optional<ClientSubnet> ParseClientSubnet(std::string_view text) {
  // inet_pton reads up to a zero byte.
  std::array<char, INET6_ADDRSTRLEN> address;
  bool is_ipv6 = false;
  size_t i = 0;
  for (; i < text.size() && text[i] != '/' && text[i] != '%'; ++i) {
    if (text[i] == '\0' || i + 1 == address.size()) return std::nullopt;
    is_ipv6 |= text[i] == ':';
    address[i] = text[i];
  }
  address[i] = '\0';

  std::string_view rest = text.substr(i);
  if (!rest.empty() && rest.front() == '%') {
    rest.remove_prefix(std::min(rest.find('/'), rest.size()));
    if (text.size() - rest.size() == i + 1) return std::nullopt;
  }
  uint8_t length = is_ipv6 ? 128 : 32;
  if (!rest.empty()) {
    const auto given = ParsePrefixLength(rest.substr(1), length);
    if (!given.has_value()) return std::nullopt;
    length = *given;
  }
  Ipv6Bytes bytes;
  if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, address.data(), bytes.data()) !=
      1) {
    return std::nullopt;
  }
  return is_ipv6 ? Ipv6Subnet(bytes, length) : Ipv4Subnet(bytes.data(), length);
}

std::string SubnetText(SubnetKey key) {
  const unsigned key_bits = key.prefix_length();
  Ipv6Bytes bytes = {};
  for (unsigned i = 0; i < key_bits / 8; ++i) {
    bytes[i] = static_cast<uint8_t>(key.value >> (key_bits - 8 - 8 * i));
  }
  std::array<char, INET6_ADDRSTRLEN> buffer;
  inet_ntop(key.is_ipv4() ? AF_INET : AF_INET6, bytes.data(), buffer.data(),
            buffer.size());
  return std::string(buffer.data()) + "/" + std::to_string(key_bits);
}

}  // namespace groupring::hashing
