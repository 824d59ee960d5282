#include "backend/protocol/json_text.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace groupring::backend {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

// True for the bytes that stand for themselves.
constexpr std::array<bool, 256> MakePlain() {
  std::array<bool, 256> plain{};
  for (size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = true;
  plain['"'] = false;
  plain['\\'] = false;
  return plain;
}
constexpr std::array<bool, 256> kPlain = MakePlain();

bool IsContinuation(std::string_view text, size_t i) {
  return i < text.size() && (static_cast<uint8_t>(text[i]) & 0xc0) == 0x80;
}

// The size of the well-formed UTF-8 sequence (table 3-7 of the Unicode
// standard) of two bytes or more at the beginning of `text`; 0: there is none.
size_t MultibyteSize(std::string_view text) {
  const uint8_t lead = static_cast<uint8_t>(text[0]);
  if (lead < 0xc2 || lead > 0xf4 || !IsContinuation(text, 1)) return 0;
  if (lead < 0xe0) return 2;
  const uint8_t second = static_cast<uint8_t>(text[1]);
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

void AppendEscape(char c, std::string* out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out->append("\\\"");
      return;
    case '\\':
      out->append("\\\\");
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default: {
      const uint8_t byte = static_cast<uint8_t>(c);
      out->append("\\u00");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 0xf]);
    }
  }
}

}  // namespace

void AppendJsonText(std::string_view text, std::string* out) {
  size_t plain_from = 0;
  size_t i = 0;
  while (i < text.size()) {
    const uint8_t byte = static_cast<uint8_t>(text[i]);
    if (kPlain[byte]) {
      ++i;
      continue;
    }
    if (byte >= 0x80) {
      if (const size_t size = MultibyteSize(text.substr(i))) {
        i += size;
        continue;
      }
    }
    out->append(text.substr(plain_from, i - plain_from));
    if (byte >= 0x80) {
      out->append(kReplacement);
    } else {
      AppendEscape(text[i], out);
    }
    plain_from = ++i;
  }
  out->append(text.substr(plain_from));
}

void AppendJsonString(std::string_view text, std::string* out) {
  out->push_back('"');
  AppendJsonText(text, out);
  out->push_back('"');
}

}  // namespace groupring::backend
