#include "backend/base/dns_name.h"

#include <cstddef>

namespace groupring::backend {
namespace {

constexpr size_t kMaxName = 253;
constexpr size_t kMaxLabel = 63;

}  // namespace

char ToLowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (ToLowerAscii(a[i]) != ToLowerAscii(b[i])) return false;
  }
  return true;
}

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
  for (const char c : canonical) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f) return false;
    if (++label > kMaxLabel) return false;
  }
  return label > 0;
}

std::string_view ParentOf(std::string_view canonical) {
  const size_t dot = canonical.find('.');
  if (dot == std::string_view::npos) return {};
  return canonical.substr(dot + 1);
}

bool IsInZone(std::string_view name, std::string_view zone) {
  if (zone.empty()) return true;
  if (!name.ends_with(zone)) return false;
  return name.size() == zone.size() ||
         name[name.size() - zone.size() - 1] == '.';
}

}  // namespace groupring::backend
