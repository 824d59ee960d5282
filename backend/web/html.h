// Writes HTML. Every text and every value of an attribute is escaped here and
// nowhere else.
#ifndef GROUPRING_BACKEND_WEB_HTML_H_
#define GROUPRING_BACKEND_WEB_HTML_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace groupring::backend {

// What a browser shows as that text, in an element or between the double
// quotes of an attribute. Control characters and bytes that are no UTF-8 become
// "?", and what is too long for a line is cut, as Printable does it.
std::string EscapedHtml(std::string_view text);

class Html {
 public:
  using Attributes =
      std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // Names of elements and attributes are ours: literals.
  void Open(std::string_view element, Attributes attributes = {});
  // Closes the element that was opened last.
  void Close();
  // An element that has no end.
  void Void(std::string_view element, Attributes attributes = {});
  void Text(std::string_view text);
  // An element with nothing but text.
  void Element(std::string_view element, std::string_view text,
               Attributes attributes = {});
  // An element with lines of text as they stand.
  void Lines(std::string_view element, std::string_view text,
             Attributes attributes = {});

  size_t size() const { return text_.size(); }
  // The whole document. REQUIRES: all elements are closed.
  std::string Take() { return "<!DOCTYPE html>\n" + std::move(text_); }

 private:
  void Begin(std::string_view element, Attributes attributes);

  std::string text_;
  std::vector<std::string_view> open_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_WEB_HTML_H_
