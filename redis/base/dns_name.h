// DNS names as text: lower case, without trailing dot; the root is "".
#ifndef GROUPRING_REDIS_BASE_DNS_NAME_H_
#define GROUPRING_REDIS_BASE_DNS_NAME_H_

#include <string>
#include <string_view>

namespace groupring {

// The canonical form of a name in any case, with or without trailing dot,
// written into *out (its memory is reused).
void CanonicalName(std::string_view name, std::string* out);
std::string CanonicalName(std::string_view name);

// Whether a canonical name fits in DNS: labels of 1…63 bytes, no control
// characters nor spaces, escapes of RFC 1035, 253 bytes in all. The root does.
bool IsValidName(std::string_view canonical);

// "b.c" of "a.b.c"; "" of "c" and of the root.
std::string_view ParentOf(std::string_view canonical);

// Whether `name` is `zone` or below it. Both canonical.
bool IsInZone(std::string_view name, std::string_view zone);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_DNS_NAME_H_
