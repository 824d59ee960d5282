#include "backend/change/address_operand.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

redis::Family FamilyOf(const std::string& text) {
  return text.find(':') == std::string::npos ? redis::Family::kA
                                             : redis::Family::kAaaa;
}

absl::Status Malformed(const std::string& text, const char* why) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "\"%s\" %s; expected one like 198.51.100.7, 198.51.100.0/24, "
      "2001:db8::7 or 2001:db8:1::/48 (no bits set after the prefix)",
      Printable(text), why));
}

}  // namespace

absl::StatusOr<redis::AddressRange> ParseBlockedPrefix(
    const std::string& text) {
  std::optional<redis::AddressRange> range =
      redis::ParsePrefix(FamilyOf(text), text);
  if (!range.has_value()) return Malformed(text, "is no address or range");
  return *std::move(range);
}

absl::StatusOr<redis::AddressRange> ParseAddress(const std::string& text) {
  std::optional<redis::AddressRange> range =
      redis::ParseMember(FamilyOf(text), text);
  if (range.has_value()) return *std::move(range);
  return Malformed(text, redis::ParsePrefix(FamilyOf(text), text).has_value()
                             ? "is an address that no client can connect to"
                             : "is no address or range");
}

}  // namespace groupring::backend
