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

// 16 bytes in network order. An IPv4 address is in the last four bytes and the
// others are zero; only the Family tells which kind it is.
using AddressBytes = std::array<uint8_t, 16>;

// The longest text of an address, "ffff:…:255.255.255.255", and its NUL.
inline constexpr size_t kAddressTextSize = 46;

// One member: a single address, or a range whose every host may be answered.
struct AddressRange {
  Family family = Family::kA;
  AddressBytes first{};        // host bits zero
  uint8_t prefix_length = 32;  // 0…32 or 0…128
  std::string text;            // the member exactly as it is in Redis
  std::string canonical;       // of a single address: as inet_ntop writes it

  bool is_single() const {
    return prefix_length == (family == Family::kA ? 32 : 128);
  }
};

// Reads an address or range of that family: "198.51.100.7", "198.51.100.0/24",
// "2001:db8:1::/48". Nothing for any other text, for set host bits, and for an
// address that no client can connect to (unspecified, multicast, IPv4
// broadcast).
std::optional<AddressRange> ParseMember(Family family, std::string_view text);

// Reads an address or range of that family for a skip list: addresses that no
// client can connect to are allowed, set host bits are not.
std::optional<AddressRange> ParsePrefix(Family family, std::string_view text);

// Like ParsePrefix and ParseMember, but host bits may be set and are ignored:
// "198.51.100.7/24" is read as 198.51.100.0/24. `text` keeps the original.
std::optional<AddressRange> ParsePrefixIgnoringHostBits(Family family,
                                                        std::string_view text);
std::optional<AddressRange> ParseMemberIgnoringHostBits(Family family,
                                                        std::string_view text);

// The network of that prefix length that contains the range.
// REQUIRES: prefix_length is at most the range's own.
AddressRange Widened(AddressRange range, uint8_t prefix_length);

// Kinds of addresses that are allowed as members although clients on other
// hosts, or on the internet, cannot connect to them.
enum class Unreachable {
  kLoopback,   // 127.0.0.0/8, ::1 (RFC 1122, RFC 4291)
  kThisHost,   // 0.0.0.0/8 (RFC 1122)
  kLinkLocal,  // 169.254.0.0/16, fe80::/10 (RFC 3927, RFC 4291)
  kReserved,   // 240.0.0.0/4 (RFC 1112)
  kMapped,     // ::ffff:0:0/96, IPv4 in an AAAA record (RFC 4291)
};

// Nothing when, judging by the address alone, clients can connect to all of the
// range.
std::optional<Unreachable> UnreachableKind(const AddressRange& range);

// Writes the address into `buffer` and returns a view of it.
std::string_view FormatAddress(Family family, const AddressBytes& bytes,
                               std::array<char, kAddressTextSize>* buffer);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_ADDRESS_H_
