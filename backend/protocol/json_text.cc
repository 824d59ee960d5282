#include "backend/protocol/json_text.h"

#include <cstddef>
#include <cstdint>

#include "backend/protocol/plain_text.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

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
      const auto byte = static_cast<uint8_t>(c);
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
  for (;;) {
    i += PlainPrefix(text.substr(i));
    if (i == text.size()) break;
    const auto byte = static_cast<uint8_t>(text[i]);
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
