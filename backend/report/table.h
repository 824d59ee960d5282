// Aligned columns for people.
#ifndef GROUPRING_BACKEND_REPORT_TABLE_H_
#define GROUPRING_BACKEND_REPORT_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "redis/base/printable.h"

namespace groupring::backend {

class Table {
 public:
  // Headings in capitals. Column indexes in `right` are aligned to the right.
  explicit Table(std::vector<std::string> headings,
                 std::vector<size_t> right = {});

  // REQUIRES: as many cells as there are headings. An empty cell is shown as
  // "-", any other as Printable writes it, cut to a bounded length.
  void Add(std::vector<std::string> cells);

  // Lines with `indent` spaces before and a newline after each; no trailing
  // spaces. The headings alone when there are no rows.
  std::string Text(size_t indent = 0) const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<bool> right_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_TABLE_H_
