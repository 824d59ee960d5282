#include "redis/base/printable.h"

namespace groupring {
namespace {

bool IsContinuation(std::string_view text, size_t i) {
  return i < text.size() && (static_cast<uint8_t>(text[i]) & 0xc0) == 0x80;
}

}  // namespace

size_t MultibyteSize(std::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  if (lead < 0xc2 || lead > 0xf4 || !IsContinuation(text, 1)) return 0;
  if (lead < 0xe0) return 2;
  const auto second = static_cast<uint8_t>(text[1]);
  if (!IsContinuation(text, 2)) return 0;
  if (lead < 0xf0) {
    const bool overlong = lead == 0xe0 && second < 0xa0;
    const bool surrogate = lead == 0xed && second > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  const bool overlong = lead == 0xf0 && second < 0x90;
  const bool too_large = lead == 0xf4 && second > 0x8f;
  return overlong || too_large || !IsContinuation(text, 3) ? 0 : 4;
}

uint32_t CodePoint(std::string_view character) {
  const auto lead = static_cast<uint8_t>(character[0]);
  if (character.size() == 1) return lead;
  uint32_t code = lead & (character.size() == 2 ? 0x1fu : 0x0fu);
  for (const char c : character.substr(1)) {
    code = code << 6 | (static_cast<uint8_t>(c) & 0x3fu);
  }
  return code;
}

bool IsControlCharacter(std::string_view character) {
  if (character.size() > 3) return false;
  const uint32_t code = CodePoint(character);
  return code < ' ' || (code >= 0x7f && code < 0xa0) ||  // C0, DEL, C1
         code == 0x061c || code == 0x200e ||             // marks of direction
         code == 0x200f ||                               //
         (code >= 0x2028 && code <= 0x202e) ||  // separators, embeddings
         (code >= 0x2066 && code <= 0x2069);    // isolates
}

std::string Printable(std::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const bool ascii = static_cast<uint8_t>(text[0]) < 0x80;
    const size_t size = ascii ? 1 : MultibyteSize(text);
    const std::string_view character = text.substr(0, size);
    if (size == 0 || IsControlCharacter(character)) {
      printable += '?';
    } else {
      printable += character;
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return printable;
}

std::string Printable(std::string_view text, size_t max_size) {
  if (text.size() <= max_size) return Printable(text);
  // Do not cut within a character.
  size_t end = max_size;
  while (end > 0 && IsContinuation(text, end)) --end;
  return Printable(text.substr(0, end)) + "…";
}

}  // namespace groupring
