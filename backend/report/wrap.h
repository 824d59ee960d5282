// Text in the columns of a terminal.
#ifndef GROUPRING_BACKEND_REPORT_WRAP_H_
#define GROUPRING_BACKEND_REPORT_WRAP_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace groupring::backend {

// How many columns a terminal takes for a text: one for each character, none
// for the escape sequences of colours.
size_t ColumnsOf(std::string_view text);

// The text in lines of at most `width` columns, broken at spaces; what has none
// is cut through. Lines behind the first begin with `hang` spaces. `text` has
// no newline. 0 columns: one line.
std::vector<std::string> Wrapped(std::string_view text, size_t columns,
                                 size_t hang = 0);

// The text in at most `width` columns: the middle of what is longer becomes
// "…", as beginnings and ends tell names apart. REQUIRES: no escape sequences.
std::string Shortened(const std::string& text, size_t columns);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_WRAP_H_
