// DNS names as text: lower case, without trailing dot; the root is "".
#ifndef GROUPRING_REDIS_BASE_DNS_NAME_H_
#define GROUPRING_REDIS_BASE_DNS_NAME_H_

#include <string>
#include <string_view>

namespace groupring {

// Writes the canonical form of a name, which may be in any case and have a
// trailing dot, into *out, whose memory is reused.
void CanonicalName(std::string_view name, std::string* out);
std::string CanonicalName(std::string_view name);

// Whether a canonical name is valid in DNS: labels of 1…63 bytes, no control
// characters or spaces, escapes as in RFC 1035, at most 253 bytes in all. The
// root is valid.
bool IsValidName(std::string_view canonical);

// The parent: "b.c" for "a.b.c"; "" for "c" and for the root.
std::string_view ParentOf(std::string_view canonical);

// Whether `name` is `zone` or below it. Both canonical.
bool IsInZone(std::string_view name, std::string_view zone);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_DNS_NAME_H_
