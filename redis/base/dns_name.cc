#include "redis/base/dns_name.h"

#include <cstddef>

#include "redis/base/text.h"

namespace groupring {
namespace {

constexpr size_t kMaxName = 253;
constexpr size_t kMaxLabel = 63;

bool IsVisible(char c) { return c > ' ' && c < '\x7f'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether an odd number of backslashes stands before the character.
bool IsEscaped(std::string_view text, size_t at) {
  bool escaped = false;
  while (at > 0 && text[--at] == '\\') escaped = !escaped;
  return escaped;
}

// The size of what follows a backslash (RFC 1035, 5.1): a byte in three decimal
// digits, or a character that stands for itself. 0: neither.
size_t EscapeSize(std::string_view text) {
  if (text.empty() || !IsVisible(text[0])) return 0;
  if (!IsDigit(text[0])) return 1;
  if (text.size() < 3 || !IsDigit(text[1]) || !IsDigit(text[2])) return 0;
  return text.substr(0, 3) <= "255" ? 3 : 0;
}

}  // namespace

void CanonicalName(std::string_view name, std::string* out) {
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  out->assign(name);
  for (char& c : *out) c = ToLowerAscii(c);
}

std::string CanonicalName(std::string_view name) {
  std::string out;
  CanonicalName(name, &out);
  return out;
}

bool IsValidName(std::string_view canonical) {
  if (canonical.empty()) return true;
  if (canonical.size() > kMaxName) return false;
  size_t label = 0;
  for (size_t i = 0; i < canonical.size(); ++i) {
    const char c = canonical[i];
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      continue;
    }
    if (!IsVisible(c)) return false;
    // A name with any other escape is refused by those that receive it, even
    // as one of many zones.
    if (c == '\\') {
      const size_t escape = EscapeSize(canonical.substr(i + 1));
      if (escape == 0) return false;
      i += escape;
    }
    if (++label > kMaxLabel) return false;
  }
  return label > 0;
}

std::string_view ParentOf(std::string_view canonical) {
  size_t dot = canonical.find('.');
  while (dot != std::string_view::npos && IsEscaped(canonical, dot)) {
    dot = canonical.find('.', dot + 1);
  }
  if (dot == std::string_view::npos) return {};
  return canonical.substr(dot + 1);
}

bool IsInZone(std::string_view name, std::string_view zone) {
  if (zone.empty()) return true;
  if (!name.ends_with(zone)) return false;
  if (name.size() == zone.size()) return true;
  const size_t before = name.size() - zone.size() - 1;
  return name[before] == '.' && !IsEscaped(name, before);
}

}  // namespace groupring
