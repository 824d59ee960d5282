#include "redis/schema/complaint.h"

#include "absl/strings/str_format.h"

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
                    "rights that redis/README.md lists; %s",
                    stand_in)});
      break;
    case RawValue::Kind::kMissing:
    case RawValue::Kind::kValue:
      break;
  }
}

}  // namespace groupring::redis
