#include "redis/model/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace groupring::redis {
namespace {

constexpr size_t kIpv4Offset = 12;

unsigned AddressBits(Family family) { return family == Family::kA ? 32 : 128; }

// "0" … "128" without signs, spaces or leading zeros.
std::optional<unsigned> ParsePrefixLength(std::string_view text,
                                          unsigned maximum) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  unsigned value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  if (value > maximum) return std::nullopt;
  return value;
}

std::optional<AddressBytes> ParseAddress(Family family, std::string_view text) {
  if (text.size() >= kAddressTextSize) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  char buffer[kAddressTextSize];
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  AddressBytes bytes{};
  const bool ok = family == Family::kA
                      ? inet_pton(AF_INET, buffer, &bytes[kIpv4Offset]) == 1
                      : inet_pton(AF_INET6, buffer, bytes.data()) == 1;
  if (!ok) return std::nullopt;
  return bytes;
}

AddressBytes WithoutHostBits(Family family, AddressBytes bytes,
                             unsigned prefix_length) {
  const unsigned first = 128 - AddressBits(family) + prefix_length;
  for (unsigned bit = first; bit < 128; ++bit) {
    const uint8_t others = static_cast<uint8_t>(~(0x80u >> (bit % 8)));
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] & others);
  }
  return bytes;
}

// Whether `range` holds any address of the prefix `other`/`length`.
bool Intersects(const AddressRange& range, const AddressBytes& other,
                unsigned length) {
  const unsigned skipped = 128 - AddressBits(range.family);
  const unsigned common =
      skipped + std::min<unsigned>(range.prefix_length, length);
  for (unsigned bit = skipped; bit < common; ++bit) {
    const unsigned mask = 0x80u >> (bit % 8);
    if ((range.first[bit / 8] ^ other[bit / 8]) & mask) return false;
  }
  return true;
}

// Whether a client can connect to every address of the range.
bool IsConnectable(const AddressRange& range) {
  const AddressBytes unspecified{};
  if (Intersects(range, unspecified, AddressBits(range.family))) return false;
  AddressBytes multicast{};
  if (range.family == Family::kAaaa) {
    multicast[0] = 0xff;
    return !Intersects(range, multicast, 8);
  }
  multicast[kIpv4Offset] = 224;
  AddressBytes broadcast{};
  std::fill(broadcast.begin() + kIpv4Offset, broadcast.end(), uint8_t{255});
  return !Intersects(range, multicast, 4) && !Intersects(range, broadcast, 32);
}

}  // namespace

std::string_view FamilyName(Family family) {
  return family == Family::kA ? "A" : "AAAA";
}

std::optional<AddressRange> ParsePrefixIgnoringHostBits(Family family,
                                                        std::string_view text) {
  const size_t slash = text.find('/');
  const std::optional<AddressBytes> first =
      ParseAddress(family, text.substr(0, slash));
  if (!first) return std::nullopt;

  unsigned prefix_length = AddressBits(family);
  if (slash != std::string_view::npos) {
    const std::optional<unsigned> parsed =
        ParsePrefixLength(text.substr(slash + 1), AddressBits(family));
    if (!parsed) return std::nullopt;
    prefix_length = *parsed;
  }

  AddressRange range;
  range.family = family;
  range.first = WithoutHostBits(family, *first, prefix_length);
  range.prefix_length = static_cast<uint8_t>(prefix_length);
  range.text = std::string(text);
  if (range.is_single()) {
    std::array<char, kAddressTextSize> buffer;
    range.canonical = std::string(FormatAddress(family, *first, &buffer));
  }
  return range;
}

std::optional<AddressRange> ParsePrefix(Family family, std::string_view text) {
  std::optional<AddressRange> range = ParsePrefixIgnoringHostBits(family, text);
  if (!range) return std::nullopt;
  const std::optional<AddressBytes> written =
      ParseAddress(family, text.substr(0, text.find('/')));
  return written == range->first ? range : std::nullopt;
}

std::optional<AddressRange> ParseMember(Family family, std::string_view text) {
  std::optional<AddressRange> range = ParsePrefix(family, text);
  if (range && !IsConnectable(*range)) return std::nullopt;
  return range;
}

std::optional<AddressRange> ParseMemberIgnoringHostBits(Family family,
                                                        std::string_view text) {
  std::optional<AddressRange> range = ParsePrefixIgnoringHostBits(family, text);
  if (range && !IsConnectable(*range)) return std::nullopt;
  return range;
}

AddressRange Widened(AddressRange range, uint8_t prefix_length) {
  range.first = WithoutHostBits(range.family, range.first, prefix_length);
  range.prefix_length = prefix_length;
  range.canonical.clear();
  return range;
}

std::optional<Unreachable> UnreachableKind(const AddressRange& range) {
  struct Prefix {
    std::string_view text;
    Family family;
    Unreachable kind;
  };
  constexpr Prefix kPrefixes[] = {
      {"127.0.0.0/8", Family::kA, Unreachable::kLoopback},
      {"0.0.0.0/8", Family::kA, Unreachable::kThisHost},
      {"169.254.0.0/16", Family::kA, Unreachable::kLinkLocal},
      {"240.0.0.0/4", Family::kA, Unreachable::kReserved},
      {"::1", Family::kAaaa, Unreachable::kLoopback},
      {"fe80::/10", Family::kAaaa, Unreachable::kLinkLocal},
      {"::ffff:0:0/96", Family::kAaaa, Unreachable::kMapped},
  };
  for (const Prefix& prefix : kPrefixes) {
    if (prefix.family != range.family) continue;
    const std::optional<AddressRange> parsed =
        ParsePrefix(prefix.family, prefix.text);
    if (parsed && Intersects(range, parsed->first, parsed->prefix_length)) {
      return prefix.kind;
    }
  }
  return std::nullopt;
}

std::string_view FormatAddress(Family family, const AddressBytes& bytes,
                               std::array<char, kAddressTextSize>* buffer) {
  const char* text =
      family == Family::kA
          ? inet_ntop(AF_INET, &bytes[kIpv4Offset], buffer->data(),
                      static_cast<socklen_t>(buffer->size()))
          : inet_ntop(AF_INET6, bytes.data(), buffer->data(),
                      static_cast<socklen_t>(buffer->size()));
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace groupring::redis
