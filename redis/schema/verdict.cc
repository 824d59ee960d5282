#include "redis/schema/verdict.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "redis/base/text.h"
#include "redis/schema/enum_names.h"

namespace groupring::redis {
namespace {

constexpr std::string_view kSince = "since=";
constexpr std::string_view kReason = "reason=";
constexpr std::string_view kAfterDown = "after=down";
constexpr std::string_view kFlapping = "flapping";
constexpr std::string_view kCertificate = "cert=";
constexpr std::string_view kText = "text=";

constexpr int64_t kMaxUnixMillis = int64_t{1} << 53;

// Removes the first word and the spaces after it from the text. Returns the
// word.
std::string_view TakeWord(std::string_view* text) {
  const size_t end = std::min(text->find(' '), text->size());
  const std::string_view word = text->substr(0, end);
  *text = Trimmed(text->substr(end));
  return word;
}

std::string_view ValueOf(std::string_view word, std::string_view name) {
  return word.substr(name.size());
}

// Nothing when it has no verdict, no reason, or no time.
std::optional<AddressVerdict> ParseValue(std::string_view text) {
  text = Trimmed(text);
  AddressVerdict result;
  const auto verdict = Parse<Verdict>(TakeWord(&text));
  std::optional<VerdictReason> reason;
  std::optional<int64_t> since;
  while (!text.empty()) {
    if (text.starts_with(kText)) {
      result.text = std::string(ValueOf(text, kText));
      break;
    }
    const std::string_view word = TakeWord(&text);
    if (word.starts_with(kSince)) {
      since = ParseWholeNumber(ValueOf(word, kSince), 0, kMaxUnixMillis);
    } else if (word.starts_with(kReason)) {
      reason = Parse<VerdictReason>(ValueOf(word, kReason));
    } else if (word.starts_with(kCertificate)) {
      // Negative once it has expired.
      int days = 0;
      if (absl::SimpleAtoi(std::string(ValueOf(word, kCertificate)), &days)) {
        result.certificate_days = days;
      }
    } else if (word == kAfterDown) {
      result.was_down = true;
    } else if (word == kFlapping) {
      result.flapping = true;
    }
  }
  if (!verdict || !reason || !since) return std::nullopt;
  result.verdict = *verdict;
  result.reason = *reason;
  result.since_unix_millis = *since;
  return result;
}

}  // namespace

std::string VerdictValue(const AddressVerdict& verdict) {
  std::string value = absl::StrFormat("%s %s%d %s%s", ToText(verdict.verdict),
                                      kSince, verdict.since_unix_millis,
                                      kReason, ToText(verdict.reason));
  if (verdict.was_down) value.append(" ").append(kAfterDown);
  if (verdict.flapping) value.append(" ").append(kFlapping);
  if (verdict.certificate_days) {
    value += absl::StrFormat(" %s%d", kCertificate, *verdict.certificate_days);
  }
  if (!verdict.text.empty()) {
    value.append(" ").append(kText).append(verdict.text);
  }
  return value;
}

Verdicts ParseVerdicts(const std::string& key, const RawValue& raw,
                       const Verdicts* before, Complaints* complaints) {
  CheckReadable(key, raw, "hash", "what it held before is used instead",
                complaints);
  if (!raw.is_readable()) return before == nullptr ? Verdicts() : *before;
  Verdicts verdicts;
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    const std::string& address = raw.items[i];
    std::optional<AddressVerdict> parsed = ParseValue(raw.items[i + 1]);
    if (!parsed) {
      const AddressVerdict* const known =
          before == nullptr ? nullptr : FindVerdict(*before, address);
      complaints->push_back(
          {key,
           absl::StrFormat(
               "field %s: %s is no verdict (%s since=<unix milliseconds> "
               "reason=<reason>); %s",
               Quoted(address), Quoted(raw.items[i + 1]), AllNames<Verdict>(),
               known == nullptr ? "it is left out"
                                : "the previous one is used instead")});
      if (known == nullptr) continue;
      parsed = *known;
    }
    parsed->address = address;
    verdicts.push_back(*std::move(parsed));
  }
  std::sort(verdicts.begin(), verdicts.end(),
            [](const AddressVerdict& a, const AddressVerdict& b) {
              return a.address < b.address;
            });
  return verdicts;
}

}  // namespace groupring::redis
