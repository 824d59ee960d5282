#include "redis/schema/withheld.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "redis/base/text.h"
#include "redis/schema/group_state.h"

namespace groupring::redis {
namespace {

// The parts that may come before the reason in a value. The reason is the rest
// of the value, because it may have spaces.
constexpr std::string_view kUntil = "until=";
constexpr std::string_view kSince = "since=";
constexpr std::string_view kBy = "by=";
constexpr std::string_view kReason = "reason=";

// Removes the prefix from the text. Returns false, and changes nothing, if the
// text does not start with it.
bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

// Removes the first word and the space after it from the text. Returns the
// word.
std::string_view TakeWord(std::string_view* text) {
  const size_t end = std::min(text->find(' '), text->size());
  const std::string_view word = text->substr(0, end);
  *text = Trimmed(text->substr(end));
  return word;
}

// Reads one value.
class ValueParser {
 public:
  ValueParser(const std::string& key, const std::string& field,
              const WithheldAddress* before, Complaints* complaints)
      : key_(key), field_(field), before_(before), complaints_(complaints) {}

  void Parse(std::string_view text, WithheldAddress* address) {
    for (text = Trimmed(text); !text.empty();) {
      if (TakePrefix(kUntil, &text)) {
        address->until = Time(TakeWord(&text), before_ ? before_->until : 0);
      } else if (TakePrefix(kSince, &text)) {
        address->since = Time(TakeWord(&text), before_ ? before_->since : 0);
      } else if (TakePrefix(kBy, &text)) {
        address->by = std::string(TakeWord(&text));
      } else {
        if (!TakePrefix(kReason, &text)) CheckFreeText(text, address);
        address->reason = std::string(Trimmed(text));
        return;
      }
    }
  }

 private:
  int64_t Time(std::string_view text, int64_t stand_in) {
    const auto time = ParseWholeNumber(text, 0, kMaxUnixSeconds);
    if (time) return *time;
    Complain(text, absl::StrFormat(
                       "is no time in unix seconds; the address is disabled %s",
                       stand_in == 0
                           ? "without an end"
                           : absl::StrFormat("until %d, as before", stand_in)));
    return stand_in;
  }

  // A reason may come without "reason=", but must not look like a field.
  void CheckFreeText(std::string_view text, WithheldAddress* address) {
    std::string_view rest = text;
    const std::string_view word = TakeWord(&rest);
    if (word.find('=') == std::string_view::npos) return;
    Complain(word,
             "is none of until=, since=, by= and reason=, in this order; the "
             "address is disabled all the same");
    if (before_ != nullptr && address->until == 0) {
      address->until = before_->until;
    }
  }

  void Complain(std::string_view value, std::string_view rest) {
    complaints_->push_back(
        {key_, absl::StrFormat("field %s: %s %s", Quoted(field_), Quoted(value),
                               rest)});
  }

  const std::string& key_;
  const std::string& field_;
  const WithheldAddress* const before_;
  Complaints* const complaints_;
};

}  // namespace

bool SameWithheld(const WithheldByFamily& a, const WithheldByFamily& b) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if ((a[f] == nullptr) != (b[f] == nullptr)) return false;
    if (a[f] != nullptr && !(*a[f] == *b[f])) return false;
  }
  return true;
}

std::string WithheldValue(const WithheldAddress& address) {
  std::string value;
  const auto add = [&](std::string_view name, const std::string& text) {
    if (!value.empty()) value += ' ';
    value += name;
    value += text;
  };
  if (address.until != 0) add(kUntil, std::to_string(address.until));
  if (address.since != 0) add(kSince, std::to_string(address.since));
  if (!address.by.empty()) {
    std::string by = address.by;
    for (char& c : by) {
      if (c == ' ') c = '_';
    }
    add(kBy, by);
  }
  if (!address.reason.empty()) add(kReason, address.reason);
  return value;
}

WithheldByFamily ParseWithheld(const std::string& key, const RawValue& raw,
                               const WithheldByFamily& before,
                               Complaints* complaints) {
  CheckReadable(key, raw, "hash", "what could be read last is used instead",
                complaints);
  if (!raw.is_readable()) return before;
  std::array<std::vector<WithheldAddress>, kFamilies> found;
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    const std::string& field = raw.items[i];
    std::optional<AddressRange> range = ParsePrefix(Family::kA, field);
    if (!range) range = ParsePrefix(Family::kAaaa, field);
    if (!range) {
      complaints->push_back(
          {key,
           absl::StrFormat(
               "field %s is no address or range, and is left out; expected "
               "one like 198.51.100.7 or 2001:db8::7, as it is in the "
               "group's set",
               Quoted(field))});
      continue;
    }
    const auto f = static_cast<size_t>(range->family);
    WithheldAddress address;
    address.range = *std::move(range);
    const WithheldAddress* const known =
        before[f] == nullptr ? nullptr : before[f]->Find(field);
    ValueParser(key, field, known, complaints)
        .Parse(raw.items[i + 1], &address);
    found[f].push_back(std::move(address));
  }
  WithheldByFamily withheld;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (found[f].empty()) continue;
    auto fresh = std::make_shared<const WithheldAddresses>(std::move(found[f]));
    const bool same = before[f] != nullptr && *before[f] == *fresh;
    withheld[f] = same ? before[f] : fresh;
  }
  return withheld;
}

}  // namespace groupring::redis
