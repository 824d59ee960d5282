#include "redis/schema/check.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "redis/base/dns_name.h"
#include "redis/base/host_port.h"
#include "redis/base/text.h"
#include "redis/model/address.h"
#include "redis/schema/enum_names.h"

namespace groupring::redis {
namespace {

constexpr int64_t kMaxIntervalSeconds = 3600;
constexpr int64_t kMaxTimeoutSeconds = 60;
constexpr int64_t kMaxTimes = 100;  // RISE, FALL
constexpr int64_t kMaxCertDays = 3650;
constexpr int64_t kMaxMinUp = 1'000'000;
constexpr int64_t kMaxReturnSeconds = 24 * 3600;
constexpr int64_t kMaxPausedUntil = int64_t{1} << 40;
constexpr int64_t kMaxStaleSeconds = 30 * 24 * 3600;
constexpr size_t kMaxProbes = 8;
constexpr size_t kMaxPassiveAddresses = 64;
constexpr size_t kMaxWordSize = 255;
constexpr std::string_view kNone = "none";

absl::Status Wrong(const std::string& expected) {
  return absl::InvalidArgumentError(expected);
}

// Calls `store` with the number if the text is one.
template <typename Store>
absl::Status SetNumber(std::string_view value, std::string_view meaning,
                       int64_t least, int64_t most, Store store) {
  const std::optional<int64_t> number = ParseWholeNumber(value, least, most);
  if (!number) {
    return Wrong(absl::StrFormat("is no %s (a whole number from %d to %d)",
                                 meaning, least, most));
  }
  store(*number);
  return absl::OkStatus();
}

absl::Status SetSeconds(std::string_view value, int64_t least, int64_t most,
                        std::chrono::seconds* seconds) {
  return SetNumber(value, "number of seconds", least, most,
                   [&](int64_t n) { *seconds = std::chrono::seconds(n); });
}

absl::Status SetCount(std::string_view value, std::string_view meaning,
                      int64_t least, int64_t most, uint32_t* count) {
  return SetNumber(value, meaning, least, most,
                   [&](int64_t n) { *count = static_cast<uint32_t>(n); });
}

template <typename Enum>
absl::Status SetEnum(std::string_view value, Enum* result) {
  const std::optional<Enum> parsed = Parse<Enum>(value);
  if (!parsed) {
    return Wrong(absl::StrFormat("is none of %s", AllNames<Enum>()));
  }
  *result = *parsed;
  return absl::OkStatus();
}

// "200" or "200-399".
std::optional<NumberRange> ParseRange(std::string_view text, int64_t least,
                                      int64_t most) {
  const size_t dash = text.find('-');
  const auto first = ParseWholeNumber(text.substr(0, dash), least, most);
  const auto last = dash == text.npos
                        ? first
                        : ParseWholeNumber(text.substr(dash + 1), least, most);
  if (!first || !last || *first > *last) return std::nullopt;
  return NumberRange{static_cast<uint16_t>(*first),
                     static_cast<uint16_t>(*last)};
}

std::string RangeText(const NumberRange& range) {
  return range.first == range.last
             ? absl::StrFormat("%d", range.first)
             : absl::StrFormat("%d-%d", range.first, range.last);
}

// Separated by commas, space or both.
std::vector<std::string> Words(std::string_view text) {
  return absl::StrSplit(std::string(text), absl::ByAnyChar(", \t"),
                        absl::SkipEmpty());
}

absl::Status SetProbes(std::string_view value, CheckSettings* settings) {
  std::vector<ProbeSpec> probes;
  if (!EqualsIgnoreCase(Trimmed(value), kNone)) {
    const std::vector<std::string> words = Words(value);
    if (words.empty() || words.size() > kMaxProbes) {
      return Wrong(absl::StrFormat(
          "is no list of 1 to %d probes such as ftps, http:8080/health; %s "
          "switches the check off",
          kMaxProbes, kNone));
    }
    for (const std::string_view word : words) {
      absl::StatusOr<ProbeSpec> probe = ParseProbe(word);
      if (!probe.ok()) {
        return Wrong(absl::StrFormat("is no list of probes: %s %s",
                                     Quoted(word), probe.status().message()));
      }
      probes.push_back(*std::move(probe));
    }
  }
  settings->probes = std::move(probes);
  return absl::OkStatus();
}

std::string ProbesText(const CheckSettings& settings) {
  if (settings.probes.empty()) return std::string(kNone);
  return absl::StrJoin(settings.probes, ",",
                       [](std::string* out, const ProbeSpec& probe) {
                         out->append(ToText(probe));
                       });
}

absl::Status SetPassivePorts(std::string_view value, CheckSettings* settings) {
  const std::optional<NumberRange> range =
      Trimmed(value).empty() ? NumberRange() : ParseRange(value, 1, 65535);
  if (!range) {
    return Wrong("is no range of ports such as 21000-21199, from 1 to 65535");
  }
  settings->passive_ports = *range;
  return absl::OkStatus();
}

absl::Status SetPassiveAddresses(std::string_view value,
                                 CheckSettings* settings) {
  std::vector<AddressBytes> addresses;
  for (const std::string_view word : Words(value)) {
    const auto address = ParseMember(Family::kA, word);
    if (!address || !address->is_single()) {
      return Wrong("is no list of IPv4 addresses such as 203.0.113.11");
    }
    if (absl::c_linear_search(addresses, address->first)) continue;
    if (addresses.size() == kMaxPassiveAddresses) {
      return Wrong(
          absl::StrFormat("has more than %d addresses", kMaxPassiveAddresses));
    }
    addresses.push_back(address->first);
  }
  settings->passive_addresses = std::move(addresses);
  return absl::OkStatus();
}

std::string PassiveAddressesText(const CheckSettings& settings) {
  return absl::StrJoin(
      settings.passive_addresses, ",",
      [](std::string* out, const AddressBytes& address) {
        std::array<char, kAddressTextSize> buffer{};
        out->append(FormatAddress(Family::kA, address, &buffer));
      });
}

absl::Status SetLogin(std::string_view value, CheckSettings* settings) {
  if (value.size() > kMaxWordSize ||
      std::any_of(value.begin(), value.end(),
                  [](char c) { return c <= ' ' || c >= 0x7f; })) {
    return Wrong("is no name of a login (printable ASCII without spaces)");
  }
  settings->login = std::string(value);
  return absl::OkStatus();
}

absl::Status SetTlsName(std::string_view value, CheckSettings* settings) {
  std::string name = CanonicalName(value);
  // Names in certificates have nothing that needs a backslash.
  if (!IsValidName(name) || name.find('\\') != name.npos) {
    return Wrong("is no DNS name such as ftp.example.org");
  }
  settings->tls_name = std::move(name);
  return absl::OkStatus();
}

absl::Status SetStatus(std::string_view value, CheckSettings* settings) {
  std::vector<NumberRange> ranges;
  for (const std::string_view word : Words(value)) {
    const std::optional<NumberRange> range = ParseRange(word, 100, 599);
    if (!range) {
      ranges.clear();
      break;
    }
    ranges.push_back(*range);
  }
  if (ranges.empty()) {
    return Wrong(
        "is no list of HTTP codes from 100 to 599 such as 200,300-399");
  }
  settings->status = std::move(ranges);
  return absl::OkStatus();
}

absl::Status SetMinUp(std::string_view value, CheckSettings* settings) {
  const bool is_percentage = value.ends_with('%');
  const std::optional<int64_t> amount = ParseWholeNumber(
      is_percentage ? value.substr(0, value.size() - 1) : value, 1,
      is_percentage ? 100 : kMaxMinUp);
  if (!amount) {
    return Wrong("is neither a number of addresses from 1 on nor 1% to 100%");
  }
  settings->min_up = {static_cast<uint32_t>(*amount), is_percentage};
  return absl::OkStatus();
}

// Fields are numbered in their order, and this is the last.
constexpr auto kLastField = static_cast<int>(CheckField::kStale);

}  // namespace

absl::StatusOr<ProbeSpec> ParseProbe(std::string_view text) {
  const std::string_view head = text.substr(0, text.find('/'));
  const size_t colon = head.find(':');
  const std::optional<ProbeKind> kind =
      Parse<ProbeKind>(Trimmed(head.substr(0, colon)));
  if (!kind) {
    return Wrong(absl::StrFormat("is no probe: expected one of %s",
                                 AllNames<ProbeKind>()));
  }
  ProbeSpec probe{*kind, DefaultPort(*kind), IsHttp(*kind) ? "/" : ""};
  if (colon != head.npos) {
    const std::optional<uint16_t> port = ParsePort(head.substr(colon + 1));
    if (*kind == ProbeKind::kHeartbeat) {
      return Wrong("is no probe: heartbeat has no port");
    }
    if (!port || *port == 0) {
      return Wrong("is no probe: the port is no number from 1 to 65535");
    }
    probe.port = *port;
  }
  if (head.size() == text.size()) return probe;
  const std::string_view path = text.substr(head.size());
  if (!IsHttp(*kind)) {
    return Wrong("is no probe: only http and https have a path");
  }
  if (std::any_of(path.begin(), path.end(),
                  [](char c) { return c <= ' ' || c >= 0x7f; })) {
    return Wrong("is no probe: the path is no printable ASCII without spaces");
  }
  probe.path = std::string(path);
  return probe;
}

std::string ToText(const ProbeSpec& probe) {
  std::string text(ToText(probe.kind));
  if (probe.port != DefaultPort(probe.kind)) {
    text += ":" + std::to_string(probe.port);
  }
  if (probe.path != "/") text += probe.path;
  return text;
}

absl::Status SetCheckField(CheckField field, std::string_view value,
                           CheckSettings* settings) {
  switch (field) {
    case CheckField::kProbes:
      return SetProbes(value, settings);
    case CheckField::kInterval:
      return SetSeconds(value, 1, kMaxIntervalSeconds, &settings->interval);
    case CheckField::kTimeout:
      return SetSeconds(value, 1, kMaxTimeoutSeconds, &settings->timeout);
    case CheckField::kRise:
      return SetCount(value, "number of probes", 1, kMaxTimes, &settings->rise);
    case CheckField::kFall:
      return SetCount(value, "number of probes", 1, kMaxTimes, &settings->fall);
    case CheckField::kPassive:
      return SetEnum(value, &settings->passive);
    case CheckField::kPassivePorts:
      return SetPassivePorts(value, settings);
    case CheckField::kPassiveAddresses:
      return SetPassiveAddresses(value, settings);
    case CheckField::kLogin:
      return SetLogin(value, settings);
    case CheckField::kTlsName:
      return SetTlsName(value, settings);
    case CheckField::kTlsVerify:
      return SetEnum(value, &settings->tls_verify);
    case CheckField::kCertDays:
      return SetCount(value, "number of days", 0, kMaxCertDays,
                      &settings->cert_days);
    case CheckField::kProxy:
      return SetEnum(value, &settings->proxy);
    case CheckField::kStatus:
      return SetStatus(value, settings);
    case CheckField::kMinUp:
      return SetMinUp(value, settings);
    case CheckField::kReturn:
      return SetSeconds(value, 0, kMaxReturnSeconds, &settings->return_time);
    case CheckField::kMode:
      return SetEnum(value, &settings->mode);
    case CheckField::kPausedUntil:
      return SetNumber(value, "time in unix seconds", 0, kMaxPausedUntil,
                       [&](int64_t n) { settings->paused_until = n; });
    case CheckField::kPanic:
      return SetCount(value, "percentage", 0, 100, &settings->panic_percent);
    case CheckField::kStale:
      return SetSeconds(value, 0, kMaxStaleSeconds, &settings->stale);
  }
  return absl::InternalError("no such field");
}

std::string CheckFieldText(CheckField field, const CheckSettings& settings) {
  switch (field) {
    case CheckField::kProbes:
      return ProbesText(settings);
    case CheckField::kInterval:
      return std::to_string(settings.interval.count());
    case CheckField::kTimeout:
      return std::to_string(settings.timeout.count());
    case CheckField::kRise:
      return std::to_string(settings.rise);
    case CheckField::kFall:
      return std::to_string(settings.fall);
    case CheckField::kPassive:
      return std::string(ToText(settings.passive));
    case CheckField::kPassivePorts:
      return settings.passive_ports == NumberRange()
                 ? std::string()
                 : RangeText(settings.passive_ports);
    case CheckField::kPassiveAddresses:
      return PassiveAddressesText(settings);
    case CheckField::kLogin:
      return settings.login;
    case CheckField::kTlsName:
      return settings.tls_name;
    case CheckField::kTlsVerify:
      return std::string(ToText(settings.tls_verify));
    case CheckField::kCertDays:
      return std::to_string(settings.cert_days);
    case CheckField::kProxy:
      return std::string(ToText(settings.proxy));
    case CheckField::kStatus:
      return absl::StrJoin(settings.status, ",",
                           [](std::string* out, const NumberRange& range) {
                             out->append(RangeText(range));
                           });
    case CheckField::kMinUp:
      return std::to_string(settings.min_up.amount) +
             (settings.min_up.is_percentage ? "%" : "");
    case CheckField::kReturn:
      return std::to_string(settings.return_time.count());
    case CheckField::kMode:
      return std::string(ToText(settings.mode));
    case CheckField::kPausedUntil:
      return std::to_string(settings.paused_until);
    case CheckField::kPanic:
      return std::to_string(settings.panic_percent);
    case CheckField::kStale:
      return std::to_string(settings.stale.count());
  }
  return {};
}

CheckSettings ParseCheck(const std::string& key, const RawValue& raw,
                         const CheckSettings& inherited,
                         const CheckSettings* before, Complaints* complaints) {
  const CheckSettings& instead = before == nullptr ? inherited : *before;
  CheckReadable(key, raw, "hash",
                "what could be read last is used instead, or else the defaults",
                complaints);
  if (!raw.is_readable()) return instead;
  HashFields fields(key, raw, complaints);
  CheckSettings settings = inherited;
  for (int i = 0; i <= kLastField; ++i) {
    const auto field = static_cast<CheckField>(i);
    const std::optional<std::string_view> value = fields.Find(ToText(field));
    if (!value) continue;
    const absl::Status set = SetCheckField(field, *value, &settings);
    if (set.ok()) continue;
    const std::string stand_in = CheckFieldText(field, instead);
    // Cannot fail: the text was made by CheckFieldText.
    SetCheckField(field, stand_in, &settings).IgnoreError();
    fields.Complain(ToText(field), *value,
                    absl::StrFormat("%s; %s is used instead", set.message(),
                                    Quoted(stand_in)));
  }
  if (settings.passive != PassiveCheck::kOff && settings.login.empty()) {
    fields.Complain(ToText(CheckField::kPassive), ToText(settings.passive),
                    "needs a LOGIN, since no server names a passive port "
                    "before one; off is used instead");
    settings.passive = PassiveCheck::kOff;
  }
  return settings;
}

}  // namespace groupring::redis
