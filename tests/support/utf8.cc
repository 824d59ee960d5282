#include "tests/support/utf8.h"

#include <cstddef>
#include <cstdint>

namespace groupring::testing {
namespace {

constexpr uint32_t kBad = 0xffffffff;

// Takes the first character off the text.
uint32_t TakeCharacter(std::string_view* text) {
  const auto lead = static_cast<unsigned char>(text->front());
  size_t size = 1;
  uint32_t character = lead;
  uint32_t least = 0;
  if (lead >= 0x80) {
    if (lead >= 0xc0 && lead < 0xe0) {
      size = 2, character = lead & 0x1fu, least = 0x80;
    } else if (lead >= 0xe0 && lead < 0xf0) {
      size = 3, character = lead & 0x0fu, least = 0x800;
    } else if (lead >= 0xf0 && lead < 0xf8) {
      size = 4, character = lead & 0x07u, least = 0x10000;
    } else {
      return kBad;
    }
  }
  if (text->size() < size) return kBad;
  for (size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>((*text)[i]);
    if ((byte & 0xc0) != 0x80) return kBad;
    character = character << 6 | (byte & 0x3fu);
  }
  text->remove_prefix(size);
  const bool surrogate = character >= 0xd800 && character < 0xe000;
  return character < least || character > 0x10ffff || surrogate ? kBad
                                                                : character;
}

bool IsHarmless(uint32_t character) {
  if (character < 0x20 || (character >= 0x7f && character < 0xa0)) return false;
  if (character == 0x061c || character == 0x200e || character == 0x200f) {
    return false;  // direction marks
  }
  if (character >= 0x2028 && character <= 0x202e) {
    return false;  // separators of lines and paragraphs, embeddings, overrides
  }
  return character < 0x2066 || character > 0x2069;  // isolates
}

}  // namespace

bool IsPlainText(std::string_view text) {
  while (!text.empty()) {
    const uint32_t character = TakeCharacter(&text);
    if (character == kBad || !IsHarmless(character)) return false;
  }
  return true;
}

}  // namespace groupring::testing
