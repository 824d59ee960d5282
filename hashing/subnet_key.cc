#include "hashing/subnet_key.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
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
  if (text.empty()) return std::nullopt;
  unsigned length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    length = length * 10 + static_cast<unsigned>(c - '0');
    if (length > max) return std::nullopt;
  }
  return static_cast<uint8_t>(length);
}

bool EndsAddress(std::string_view text, size_t i) {
  return i == text.size() || text[i] == '/' || text[i] == '%';
}

// Reads the IPv4 address at the start of the text, up to its end, '/' or '%',
// and returns its length, or 0 if there is none. Takes what inet_pton takes,
// which needs several times as long: nearly all clients come as such texts.
size_t ReadIpv4(std::string_view text, uint8_t* bytes) {
  size_t i = 0;
  for (size_t part = 0; part < 4; ++part) {
    if (part > 0 && (i == text.size() || text[i++] != '.')) return 0;
    const size_t begin = i;
    unsigned value = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      if (i > begin && text[begin] == '0') return 0;
      value = value * 10 + static_cast<unsigned>(text[i] - '0');
      if (value > 255) return 0;
    }
    if (i == begin) return 0;
    bytes[part] = static_cast<uint8_t>(value);
  }
  return EndsAddress(text, i) ? i : 0;
}

// Reads the IPv6 address at the start of the text, up to its end, '/' or '%',
// and returns its length, or 0 if there is none.
size_t ReadIpv6(std::string_view text, Ipv6Bytes* bytes) {
  // inet_pton reads up to a zero byte.
  std::array<char, INET6_ADDRSTRLEN> address;
  size_t i = 0;
  for (; !EndsAddress(text, i); ++i) {
    if (text[i] == '\0' || i + 1 == address.size()) return 0;
    address[i] = text[i];
  }
  address[i] = '\0';
  return inet_pton(AF_INET6, address.data(), bytes->data()) == 1 ? i : 0;
}

}  // namespace

std::optional<ClientSubnet> ParseClientSubnet(std::string_view text) {
  Ipv6Bytes bytes;
  size_t size = ReadIpv4(text, bytes.data());
  const bool is_ipv6 = size == 0;
  if (is_ipv6) size = ReadIpv6(text, &bytes);
  if (size == 0) return std::nullopt;

  std::string_view rest = text.substr(size);
  if (!rest.empty() && rest.front() == '%') {
    rest.remove_prefix(std::min(rest.find('/'), rest.size()));
    if (text.size() - rest.size() == size + 1) return std::nullopt;
  }
  uint8_t length = is_ipv6 ? 128 : 32;
  if (!rest.empty()) {
    const auto given = ParsePrefixLength(rest.substr(1), length);
    if (!given.has_value()) return std::nullopt;
    length = *given;
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
