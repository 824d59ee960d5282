// Texts that anybody who may write to Redis, or ask a question, can choose:
// how they are shown without harm.
#ifndef GROUPRING_REDIS_BASE_PRINTABLE_H_
#define GROUPRING_REDIS_BASE_PRINTABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace groupring {

// The size of the well-formed UTF-8 sequence (table 3-7 of the Unicode
// standard) of two bytes or more at the beginning of `text`; 0: there is none.
size_t MultibyteSize(std::string_view text);

// Of one character, a whole sequence of one to three bytes.
uint32_t CodePoint(std::string_view character);

// Whether the character, a whole UTF-8 sequence, does something to a terminal
// or a log rather than being shown: control characters (C0, DEL, C1, which
// begin escape sequences), separators of lines and paragraphs, and the marks
// that turn the direction of writing.
bool IsControlCharacter(std::string_view character);

// What a line of a log or a report may have. Syslog takes 8 KiB.
inline constexpr size_t kMaxLine = 4096;

// What a terminal or a log shows of the text, in one line: control characters
// and bytes that are no UTF-8 become "?".
std::string Printable(std::string_view text);

// The same, and cut where it is longer than so many bytes: "…" says so.
std::string Printable(std::string_view text, size_t max_size);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_PRINTABLE_H_
