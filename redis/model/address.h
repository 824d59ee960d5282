// Addresses and ranges as members of Redis sets.
#ifndef GROUPRING_REDIS_MODEL_ADDRESS_H_
#define GROUPRING_REDIS_MODEL_ADDRESS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace groupring::redis {

enum class Family : uint8_t { kA = 0, kAaaa = 1 };
inline constexpr size_t kFamilies = 2;

// "A" or "AAAA".
std::string_view FamilyName(Family family);

// 16 bytes in network order; an IPv4 address stands in the last four bytes
// and the others are zero (its Family says which it is).
using AddressBytes = std::array<uint8_t, 16>;

// The longest text of an address, "ffff:…:255.255.255.255", and its NUL.
inline constexpr size_t kAddressTextSize = 46;

// One member: a single address, or a range whose every host may be answered.
struct AddressRange {
  Family family = Family::kA;
  AddressBytes first{};        // host bits zero
  uint8_t prefix_length = 32;  // 0…32 or 0…128
  std::string text;            // the member exactly as it stands in Redis
  std::string canonical;       // of a single address: as inet_ntop writes it

  bool is_single() const {
    return prefix_length == (family == Family::kA ? 32 : 128);
  }
};

// "198.51.100.7", "198.51.100.0/24", "2001:db8:1::/48" of that family;
// nothing for any other text, host bits set, or an address that no client can
// connect to (unspecified, multicast, IPv4 broadcast).
std::optional<AddressRange> ParseMember(Family family, std::string_view text);

// The same without regard to whether clients can connect: what a skip list may
// name.
std::optional<AddressRange> ParsePrefix(Family family, std::string_view text);

// The same of a text that may have host bits set, which count for nothing:
// "198.51.100.7/24" is 198.51.100.0/24, and `text` as it was.
std::optional<AddressRange> ParsePrefixIgnoringHostBits(Family family,
                                                        std::string_view text);
std::optional<AddressRange> ParseMemberIgnoringHostBits(Family family,
                                                        std::string_view text);

// The network of that length around the range, which is longer.
AddressRange Widened(AddressRange range, uint8_t prefix_length);

// Addresses that groupring answers when it is told to, although no client of
// another host, or of the internet, can connect to them.
enum class Unreachable {
  kLoopback,   // 127.0.0.0/8, ::1 (RFC 1122, RFC 4291)
  kThisHost,   // 0.0.0.0/8 (RFC 1122)
  kLinkLocal,  // 169.254.0.0/16, fe80::/10 (RFC 3927, RFC 4291)
  kReserved,   // 240.0.0.0/4 (RFC 1112)
  kMapped,     // ::ffff:0:0/96, IPv4 in an AAAA record (RFC 4291)
};

// Nothing when clients can connect to all of the range, as far as its address
// tells.
std::optional<Unreachable> UnreachableKind(const AddressRange& range);

// Writes the address into `buffer` and returns the view of it.
std::string_view FormatAddress(Family family, const AddressBytes& bytes,
                               std::array<char, kAddressTextSize>* buffer);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_ADDRESS_H_
