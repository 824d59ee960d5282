#include "backend/zones/content_words.h"

#include <cstddef>

namespace groupring::backend {

std::optional<std::vector<std::string>> ContentWords(std::string_view content) {
  std::vector<std::string> words;
  bool quoted = false;
  bool in_word = false;
  for (size_t i = 0; i < content.size(); ++i) {
    const char c = content[i];
    if (!quoted && (c == ' ' || c == '\t')) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back() += c;
    if (c == '\\') {
      if (++i == content.size()) return std::nullopt;
      words.back() += content[i];
    } else if (c == '"') {
      quoted = !quoted;
    }
  }
  if (quoted) return std::nullopt;
  return words;
}

}  // namespace groupring::backend
