#include "backend/change/operands.h"

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "redis/base/printable.h"
#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

// The longest ramp that the schema accepts.
constexpr int64_t kMaxSeconds = int64_t{100} * 366 * 24 * 3600;
constexpr size_t kMaxGroupName = 255;

struct Unit {
  char letter;
  int64_t seconds;
};
constexpr Unit kUnits[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

// 0 for anything that is no duration.
int64_t Seconds(std::string_view text) {
  int64_t total = 0;
  const Unit* unit = kUnits;
  size_t at = 0;
  while (at < text.size()) {
    int64_t number = 0;
    const size_t start = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      number = number * 10 + (text[at] - '0');
      if (number > kMaxSeconds) return 0;
    }
    if (at == start || at == text.size()) return 0;
    // From the largest unit down, each at most once.
    while (unit != std::end(kUnits) && unit->letter != text[at]) ++unit;
    if (unit == std::end(kUnits)) return 0;
    total += number * unit->seconds;
    if (total > kMaxSeconds) return 0;
    ++unit;
    ++at;
  }
  return total;
}

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

absl::StatusOr<int64_t> ParseDuration(std::string_view text,
                                      std::string_view option) {
  const int64_t seconds = Seconds(text);
  if (seconds > 0) return seconds;
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: \"%s\" is no duration; expected one like 90s, 30m, "
                      "4h, 1h30m or 2d",
                      option, text));
}

absl::StatusOr<int64_t> ParseUntil(std::string_view text,
                                   int64_t now_unix_seconds) {
  if (text.empty()) return 0;
  const std::string_view ahead = text.front() == '+' ? text.substr(1) : text;
  if (const int64_t seconds = Seconds(ahead); seconds > 0) {
    return now_unix_seconds + seconds;
  }
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full,
                       absl::string_view(text.data(), text.size()), &time,
                       &error)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--until: \"%s\" is no time; expected one like +4h, 2d or "
        "2026-10-07T13:12:03Z",
        text));
  }
  const int64_t until = absl::ToUnixSeconds(time);
  if (until <= now_unix_seconds) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--until: %s has passed; expected a time that lies ahead", text));
  }
  if (until > now_unix_seconds + kMaxSeconds) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--until: %s is more than a hundred years ahead", text));
  }
  return until;
}

std::string DurationText(int64_t seconds) {
  std::string text;
  for (const Unit& unit : kUnits) {
    if (seconds < unit.seconds) continue;
    text += absl::StrFormat("%d%c", seconds / unit.seconds, unit.letter);
    seconds %= unit.seconds;
  }
  return text.empty() ? "0s" : text;
}

absl::Status CheckGroupName(std::string_view group) {
  if (group.starts_with(redis::kOwnFieldPrefix)) {
    return absl::InvalidArgumentError(
        "no group can be called \"groupring:…\", as its field in WEIGHTS would "
        "be one of groupring's own");
  }
  bool well_formed = !group.empty() && group.size() <= kMaxGroupName;
  for (const char c : group) {
    const auto byte = static_cast<unsigned char>(c);
    well_formed = well_formed && byte > ' ' && byte != 0x7f;
  }
  if (well_formed) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "a group is called by 1 to %d letters, digits and signs, without white "
      "space or control characters",
      kMaxGroupName));
}

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
