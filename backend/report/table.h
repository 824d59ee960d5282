// Aligned columns for people.
#ifndef GROUPRING_BACKEND_REPORT_TABLE_H_
#define GROUPRING_BACKEND_REPORT_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace groupring::backend {

class Table {
 public:
  // Headings in capitals. Column indexes in `right` are aligned to the right.
  explicit Table(std::vector<std::string> headings,
                 std::vector<size_t> right = {});

  // REQUIRES: as many cells as there are headings. An empty cell shows as
  // "-". Control characters in a cell show as "?".
  void Add(std::vector<std::string> cells);

  // Lines with `indent` spaces before and a newline after each; no trailing
  // spaces. The headings alone when there are no rows.
  std::string Text(size_t indent = 0) const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<bool> right_;
};

// What a terminal shows of a text from Redis: control characters become "?".
std::string Printable(const std::string& text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_TABLE_H_
