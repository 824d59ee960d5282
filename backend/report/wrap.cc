#include "backend/report/wrap.h"

#include <algorithm>

namespace groupring::backend {
namespace {

// Lines that are mostly indentation help nobody.
constexpr size_t kLeastText = 20;

bool BeginsCharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
}

// The size of the first character, or of the escape sequence of a colour,
// which takes no column.
struct Step {
  size_t bytes = 0;
  size_t columns = 0;
};
Step FirstOf(std::string_view text) {
  if (text.starts_with("\033[")) {
    const size_t end = text.find('m');
    return {end == std::string_view::npos ? text.size() : end + 1, 0};
  }
  size_t bytes = 1;
  while (bytes < text.size() && !BeginsCharacter(text[bytes])) ++bytes;
  return {bytes, 1};
}

}  // namespace

size_t ColumnsOf(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const Step step = FirstOf(text);
    columns += step.columns;
    text.remove_prefix(step.bytes);
  }
  return columns;
}

std::vector<std::string> Wrapped(std::string_view text, size_t columns,
                                 size_t hang) {
  if (columns == 0 || ColumnsOf(text) <= columns) return {std::string(text)};
  if (hang + kLeastText > columns) hang = 0;
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t indent = lines.empty() ? 0 : hang;
    const size_t room = columns - indent;
    size_t bytes = 0;
    size_t used = 0;
    size_t space = 0;  // behind the last space that fits and follows a word
    bool in_words = false;
    while (bytes < text.size()) {
      const Step step = FirstOf(text.substr(bytes));
      if (used + step.columns > room) break;
      bytes += step.bytes;
      used += step.columns;
      if (text[bytes - 1] != ' ') {
        in_words = true;
      } else if (in_words) {
        space = bytes;
      }
    }
    // A space at the break is not shown.
    const bool at_space = bytes < text.size() && text[bytes] == ' ';
    if (bytes < text.size() && !at_space && space > 0) bytes = space;
    std::string line(text.substr(0, bytes));
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::string(indent, ' ') + line);
    text.remove_prefix(bytes);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  return lines;
}

std::string Shortened(const std::string& text, size_t columns) {
  const size_t all = ColumnsOf(text);
  if (all <= columns) return text;
  if (columns == 0) return "";
  const size_t head = columns / 2;
  const size_t tail = columns - head - 1;
  std::string shortened;
  size_t column = 0;
  for (size_t at = 0; at < text.size();) {
    const Step step = FirstOf(std::string_view(text).substr(at));
    if (column == head) shortened += "…";
    if (column < head || column >= all - tail) {
      shortened += text.substr(at, step.bytes);
    }
    column += step.columns;
    at += step.bytes;
  }
  return shortened;
}

}  // namespace groupring::backend
