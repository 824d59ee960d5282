// The little that codecs must know of names and numbers in presentation
// format.
#ifndef GROUPRING_BACKEND_PROTOCOL_PRESENTATION_H_
#define GROUPRING_BACKEND_PROTOCOL_PRESENTATION_H_

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace groupring::backend {

// The largest TTL of RFC 2181, section 8. PowerDNS reads TTLs as int and
// refuses a whole answer over a larger one.
inline constexpr uint32_t kMaxTtlSeconds = 0x7fffffff;

inline uint32_t WireTtl(uint32_t ttl_seconds) {
  return std::min(ttl_seconds, kMaxTtlSeconds);
}

// Whether the name ends in the dot of the root, not in an escaped one: "a.b."
// does, "a.b" and "a.b\." do not.
inline bool HasTrailingDot(std::string_view name) {
  if (name.empty() || name.back() != '.') return false;
  name.remove_suffix(1);
  size_t backslashes = 0;
  while (backslashes < name.size() &&
         name[name.size() - 1 - backslashes] == '\\') {
    ++backslashes;
  }
  return backslashes % 2 == 0;
}

// Without the dot at the end, but of the root; the empty name is the root.
inline std::string_view WithoutTrailingDot(std::string_view name) {
  if (name.empty()) return ".";
  if (name.size() > 1 && HasTrailingDot(name)) name.remove_suffix(1);
  return name;
}

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_PRESENTATION_H_
