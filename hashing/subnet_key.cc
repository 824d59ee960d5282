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

// The first `length` bits of `bytes`, of which it takes the first 24 or 48.
uint64_t PrefixBits(const uint8_t* bytes, unsigned key_bits, unsigned length) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < key_bits / 8; ++i) bits = bits << 8 | bytes[i];
  if (length >= key_bits) return bits;
  const unsigned unknown = key_bits - length;
  return bits >> unknown << unknown;
}

ClientSubnet Ipv4Subnet(const uint8_t* bytes, uint8_t length) {
  return {{uint64_t{4} << 56 | PrefixBits(bytes, 24, length)}, length};
}

ClientSubnet Ipv6Subnet(const Ipv6Bytes& bytes, uint8_t length) {
  if (length >= kMappedPrefixLength &&
      std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin())) {
    return Ipv4Subnet(bytes.data() + kMappedPrefix.size(),
                      static_cast<uint8_t>(length - kMappedPrefixLength));
  }
  return {{uint64_t{6} << 56 | PrefixBits(bytes.data(), 48, length)}, length};
}

// Decimal digits alone, at most `max`.
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
  const size_t slash = text.find('/');
  std::string_view address = text.substr(0, slash);
  if (const size_t percent = address.find('%');
      percent != std::string_view::npos) {
    if (percent + 1 == address.size()) return std::nullopt;
    address = address.substr(0, percent);
  }

  // inet_pton reads up to a zero byte.
  std::array<char, INET6_ADDRSTRLEN> buffer;
  if (address.size() >= buffer.size() ||
      address.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  *std::copy(address.begin(), address.end(), buffer.begin()) = '\0';

  const bool is_ipv6 = address.find(':') != std::string_view::npos;
  uint8_t length = is_ipv6 ? 128 : 32;
  if (slash != std::string_view::npos) {
    const auto given = ParsePrefixLength(text.substr(slash + 1), length);
    if (!given.has_value()) return std::nullopt;
    length = *given;
  }
  Ipv6Bytes bytes;
  if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, buffer.data(), bytes.data()) !=
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
