#include "backend/web/html.h"

#include "absl/strings/str_split.h"
#include "redis/base/printable.h"

namespace groupring::backend {

std::string EscapedHtml(std::string_view text) {
  std::string escaped;
  for (const char c : Printable(text, kMaxLine)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped.push_back(c);
    }
  }
  return escaped;
}

void Html::Begin(std::string_view element, Attributes attributes) {
  text_.append("<").append(element);
  for (const auto& [name, value] : attributes) {
    text_.append(" ").append(name).append("=\"");
    text_.append(EscapedHtml(value)).append("\"");
  }
  text_.append(">");
}

void Html::Open(std::string_view element, Attributes attributes) {
  Begin(element, attributes);
  open_.push_back(element);
}

void Html::Close() {
  text_.append("</").append(open_.back()).append(">\n");
  open_.pop_back();
}

void Html::Void(std::string_view element, Attributes attributes) {
  Begin(element, attributes);
  text_.append("\n");
}

void Html::Text(std::string_view text) { text_.append(EscapedHtml(text)); }

void Html::Element(std::string_view element, std::string_view text,
                   Attributes attributes) {
  Open(element, attributes);
  Text(text);
  Close();
}

void Html::Lines(std::string_view element, std::string_view text,
                 Attributes attributes) {
  Open(element, attributes);
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (const absl::string_view line :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    Text(std::string_view(line.data(), line.size()));
    text_.push_back('\n');
  }
  Close();
}

}  // namespace groupring::backend
