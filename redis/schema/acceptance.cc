#include "redis/schema/acceptance.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

// September 2001 to the year 9999, in milliseconds: refuses seconds.
constexpr int64_t kMinUnixMillis = 1'000'000'000'000;
constexpr int64_t kMaxUnixMillis = 253'402'300'799'999;

}  // namespace

Acceptance ParseAcceptance(const RawValue& raw, Complaints* complaints) {
  const std::string key(kAcceptedKey);
  CheckReadable(key, raw, "hash", "nothing is accepted", complaints);
  if (raw.items.empty()) return {};
  const HashFields fields(key, raw, complaints);
  const auto number = [&](std::string_view field, int64_t least, int64_t most,
                          const char* meaning) -> std::optional<int64_t> {
    const std::optional<std::string_view> text = fields.Find(field);
    const std::optional<int64_t> value =
        text ? ParseWholeNumber(*text, least, most) : std::nullopt;
    if (!value) {
      complaints->push_back(
          {key, std::string(field) +
                    (text ? absl::StrCat(" ", Quoted(*text)) : " is missing") +
                    ": expected " + meaning + "; nothing is accepted"});
    }
    return value;
  };
  const auto time = number("time", kMinUnixMillis, kMaxUnixMillis,
                           "the time in unix milliseconds");
  const auto names = number("names", 0, std::numeric_limits<int64_t>::max(),
                            "the number of names that Redis holds");
  if (!time || !names) return {};
  Acceptance acceptance;
  acceptance.unix_millis = *time;
  acceptance.names = *names;
  acceptance.by = std::string(fields.Find("by").value_or(""));
  acceptance.reason = std::string(fields.Find("reason").value_or(""));
  return acceptance;
}

std::vector<std::string> AcceptanceCommand(const Acceptance& acceptance) {
  return {"HSET",   std::string(kAcceptedKey),
          "time",   std::to_string(acceptance.unix_millis),
          "names",  std::to_string(acceptance.names),
          "by",     acceptance.by,
          "reason", acceptance.reason};
}

}  // namespace groupring::redis
