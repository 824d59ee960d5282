#include "backend/protocol/url_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace groupring::backend {

std::optional<std::string> PercentDecode(std::string_view text, PlusSign plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == PlusSign::kSpace) {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const char* digits = text.data() + i + 1;
      uint8_t byte = 0;
      const auto [end, error] = std::from_chars(digits, digits + 2, byte, 16);
      if (error != std::errc() || end != digits + 2) return std::nullopt;
      decoded.push_back(static_cast<char>(byte));
      i += 2;
    }
  }
  return decoded;
}

bool ForEachFormField(
    std::string_view form,
    const std::function<void(std::string_view, std::string_view)>& field) {
  while (!form.empty()) {
    const std::string_view pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(form.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    const auto name = PercentDecode(pair.substr(0, equals), PlusSign::kSpace);
    const auto value = PercentDecode(
        equals == pair.npos ? std::string_view() : pair.substr(equals + 1),
        PlusSign::kSpace);
    if (!name || !value) return false;
    field(*name, *value);
  }
  return true;
}

}  // namespace groupring::backend
