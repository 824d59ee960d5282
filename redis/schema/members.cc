#include "redis/schema/members.h"

#include "absl/strings/str_format.h"

namespace groupring::redis {
namespace {

std::string_view Example(Family family) {
  return family == Family::kA ? "198.51.100.7 or 198.51.100.0/24"
                              : "2001:db8::7 or 2001:db8:1::/48";
}

std::string_view Fault(Family family, const std::string& member) {
  if (ParsePrefix(family, member)) return "which no client can connect to";
  const Family other = family == Family::kA ? Family::kAaaa : Family::kA;
  if (ParsePrefix(other, member)) {
    return family == Family::kA ? "which is an IPv6 address"
                                : "which is an IPv4 address";
  }
  return "which is no address or range";
}

using Parser = std::optional<AddressRange> (*)(Family, std::string_view);

std::vector<AddressRange> ParseAll(const std::string& key, Family family,
                                   const RawValue& raw, Parser parse,
                                   Complaints* complaints) {
  std::vector<AddressRange> members;
  members.reserve(raw.items.size());
  for (const std::string& text : raw.items) {
    std::optional<AddressRange> member = parse(family, text);
    if (member) {
      members.push_back(std::move(*member));
      continue;
    }
    complaints->push_back(
        {key,
         absl::StrFormat("member %s, %s, is left out; expected one like "
                         "%s (no bits set after the prefix)",
                         Quoted(text), Fault(family, text), Example(family))});
  }
  return members;
}

}  // namespace

std::vector<AddressRange> ParseMembers(const std::string& key, Family family,
                                       const RawValue& raw,
                                       Complaints* complaints) {
  CheckReadable(key, raw, "set", "what could be read last stands in",
                complaints);
  return ParseAll(key, family, raw, &ParseMember, complaints);
}

std::vector<AddressRange> ParseSkipList(const std::string& key, Family family,
                                        const RawValue& raw,
                                        Complaints* complaints) {
  CheckReadable(key, raw, "set", "what could be read last stands in",
                complaints);
  return ParseAll(key, family, raw, &ParsePrefix, complaints);
}

}  // namespace groupring::redis
