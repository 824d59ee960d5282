// ASCII text: case and white space.
#ifndef GROUPRING_REDIS_BASE_TEXT_H_
#define GROUPRING_REDIS_BASE_TEXT_H_

#include <string>
#include <string_view>

namespace groupring {

// ASCII case folding, which is all that DNS has (RFC 4343).
inline char ToLowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string ToLowerAscii(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

// The text without white space at its beginning and end; part of `text`.
std::string_view Trimmed(std::string_view text);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_TEXT_H_
