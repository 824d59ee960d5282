// ASCII text: case, white space, percent-encoding.
#ifndef GROUPRING_REDIS_BASE_TEXT_H_
#define GROUPRING_REDIS_BASE_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

namespace groupring {

// ASCII case folding, the only one in DNS (RFC 4343).
inline char ToLowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string ToLowerAscii(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

// The text without white space at its beginning and end; a view into `text`.
std::string_view Trimmed(std::string_view text);

// Whether '+' stands for itself (paths of URLs) or for a space (queries,
// forms).
enum class PlusSign { kPlus, kSpace };

// Nothing if a '%' is not followed by two hexadecimal digits.
std::optional<std::string> PercentDecode(std::string_view text,
                                         PlusSign plus = PlusSign::kPlus);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_TEXT_H_
