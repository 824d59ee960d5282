// Makes texts safe to show that anybody who may write to Redis, or ask a
// question, can choose.
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

// The code point of one character, a whole sequence of one to three bytes.
uint32_t CodePoint(std::string_view character);

// Whether a terminal or a log acts on the character, a whole UTF-8 sequence,
// instead of showing it: control characters (C0, DEL, C1, which begin escape
// sequences), separators of lines and paragraphs, and marks that change the
// direction of writing.
bool IsControlCharacter(std::string_view character);

// The most bytes in a line of a log or a report. Syslog accepts 8 KiB.
inline constexpr size_t kMaxLine = 4096;

// The text in one line that is safe for terminals and logs: control characters
// and bytes that are not UTF-8 become "?".
std::string Printable(std::string_view text);

// Printable(text), cut after at most `max_size` bytes and followed by "…" if it
// is longer.
std::string Printable(std::string_view text, size_t max_size);

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_PRINTABLE_H_
