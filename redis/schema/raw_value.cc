#include "redis/schema/raw_value.h"

#include <charconv>

#include "absl/strings/str_format.h"
#include "redis/base/text.h"

namespace groupring::redis {

std::string Quoted(std::string_view text) {
  constexpr size_t kMaxLength = 80;
  std::string quoted = "\"";
  for (char c : text.substr(0, kMaxLength)) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c >= ' ' && c <= '~') {
      quoted += c;
    } else {
      quoted += absl::StrFormat("\\x%02x", static_cast<unsigned char>(c));
    }
  }
  if (text.size() > kMaxLength) quoted += "...";
  quoted += '"';
  return quoted;
}

void CheckReadable(const std::string& key, const RawValue& value,
                   std::string_view expected_type, std::string_view stand_in,
                   Complaints* complaints) {
  switch (value.kind) {
    case RawValue::Kind::kWrongType:
      complaints->push_back(
          {key, absl::StrFormat("is no %s; %s", expected_type, stand_in)});
      break;
    case RawValue::Kind::kDenied:
      complaints->push_back(
          {key, absl::StrFormat(
                    "Redis does not let this user read it (NOPERM): grant the "
                    "rights of its role in pdns-config/redis-acl.conf; %s",
                    stand_in)});
      break;
    case RawValue::Kind::kNoTexts:
      complaints->push_back(
          {key, absl::StrFormat("the reply to reading it is no list of texts "
                                "(is it Redis that answers?); %s",
                                stand_in)});
      break;
    case RawValue::Kind::kTooLarge:
      complaints->push_back(
          {key, absl::StrFormat("a %s of %d is too large and is not read; %s",
                                expected_type, value.size, stand_in)});
      break;
    case RawValue::Kind::kMissing:
    case RawValue::Kind::kValue:
      break;
  }
}

std::optional<int64_t> ParseWholeNumber(std::string_view text, int64_t minimum,
                                        int64_t maximum) {
  text = Trimmed(text);
  int64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() ||
      text.front() == '-' || number < minimum || number > maximum) {
    return std::nullopt;
  }
  return number;
}

std::optional<std::string_view> HashFields::Find(std::string_view field) const {
  std::optional<std::string_view> found;
  for (size_t i = 0; i + 1 < value_.items.size(); i += 2) {
    if (value_.items[i] == field) return Trimmed(value_.items[i + 1]);
    if (EqualsIgnoreCase(value_.items[i], field)) {
      found = Trimmed(value_.items[i + 1]);
    }
  }
  return found;
}

int64_t HashFields::Number(std::string_view field, int64_t minimum,
                           int64_t maximum, int64_t missing, int64_t stand_in,
                           std::string_view meaning) {
  const std::optional<std::string_view> text = Find(field);
  if (!text) return missing;
  const std::optional<int64_t> number =
      ParseWholeNumber(*text, minimum, maximum);
  if (number) return *number;
  Complain(
      field, *text,
      absl::StrFormat("is no %s (a whole number from %d to %d); %d is used "
                      "instead",
                      meaning, minimum, maximum, stand_in));
  return stand_in;
}

void HashFields::Complain(std::string_view field, std::string_view value,
                          std::string_view rest) {
  complaints_->push_back(
      {key_,
       absl::StrFormat("field %s: %s %s", Quoted(field), Quoted(value), rest)});
}

}  // namespace groupring::redis
