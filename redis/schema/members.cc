#include "redis/schema/members.h"

#include "absl/strings/str_format.h"

namespace groupring::redis {
namespace {

std::string_view Example(Family family) {
  return family == Family::kA ? "198.51.100.7 or 198.51.100.0/24"
                              : "2001:db8::7 or 2001:db8:1::/48";
}

std::string_view Fault(Family family, const std::string& member,
                       Schema schema) {
  const bool is_range =
      schema == Schema::kRazor
          ? ParsePrefixIgnoringHostBits(family, member).has_value()
          : ParsePrefix(family, member).has_value();
  if (is_range) return "which no client can connect to";
  const Family other = family == Family::kA ? Family::kAaaa : Family::kA;
  if (ParsePrefix(other, member)) {
    return family == Family::kA ? "which is an IPv6 address"
                                : "which is an IPv4 address";
  }
  return "which is no address or range";
}

std::optional<AddressRange> ParseAsMember(Family family, std::string_view text,
                                          Schema schema) {
  return schema == Schema::kRazor ? ParseMemberIgnoringHostBits(family, text)
                                  : ParseMember(family, text);
}

using Parser = std::optional<AddressRange> (*)(Family, std::string_view,
                                               Schema);

std::vector<AddressRange> ParseAll(const std::string& key, Family family,
                                   const RawValue& raw, Parser parse,
                                   Schema schema, Complaints* complaints) {
  CheckReadable(key, raw, "set", "what could be read last is used instead",
                complaints);
  std::vector<AddressRange> members;
  members.reserve(raw.items.size());
  for (const std::string& text : raw.items) {
    std::optional<AddressRange> member = parse(family, text, schema);
    if (member) {
      members.push_back(std::move(*member));
      continue;
    }
    complaints->push_back(
        {key,
         absl::StrFormat(
             "member %s, %s, is left out; expected one like %s%s", Quoted(text),
             Fault(family, text, schema), Example(family),
             schema == Schema::kRazor ? ""
                                      : " (no bits set after the prefix)")});
  }
  return members;
}

}  // namespace

std::optional<AddressRange> ParseSkipped(Family family, std::string_view text,
                                         Schema schema) {
  if (schema == Schema::kGroupring) return ParsePrefix(family, text);
  constexpr uint8_t kLongest = 64;
  std::optional<AddressRange> skipped =
      ParsePrefixIgnoringHostBits(family, text);
  const bool widen =
      skipped && family == Family::kAaaa && skipped->prefix_length > kLongest;
  return widen ? Widened(*std::move(skipped), kLongest) : skipped;
}

std::vector<AddressRange> ParseMembers(const std::string& key, Family family,
                                       const RawValue& raw,
                                       Complaints* complaints, Schema schema) {
  return ParseAll(key, family, raw, &ParseAsMember, schema, complaints);
}

std::vector<AddressRange> ParseSkipList(const std::string& key, Family family,
                                        const RawValue& raw,
                                        Complaints* complaints, Schema schema) {
  return ParseAll(key, family, raw, &ParseSkipped, schema, complaints);
}

}  // namespace groupring::redis
