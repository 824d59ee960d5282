// Aligned columns for people.
#ifndef GROUPRING_BACKEND_REPORT_TABLE_H_
#define GROUPRING_BACKEND_REPORT_TABLE_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "backend/report/colour.h"
#include "redis/base/printable.h"

namespace groupring::backend {

struct Cell {
  // Implicit: most cells are plain.
  Cell(std::string text_in, Tone tone_in = Tone::kPlain)  // NOLINT
      : text(std::move(text_in)), tone(tone_in) {}
  Cell(const char* text_in) : text(text_in) {}  // NOLINT

  std::string text;
  Tone tone = Tone::kPlain;
};

class Table {
 public:
  using Columns = std::vector<size_t>;

  // Headings in capitals. Column indexes in `right` are aligned to the right.
  // Those in `dispensable` are left out, the first of them first, where there
  // is no room for all.
  explicit Table(const std::vector<std::string>& headings,
                 const std::vector<size_t>& right = {},
                 std::vector<size_t> dispensable = {});

  // REQUIRES: as many cells as there are headings. An empty cell is shown as
  // "-", any other as Printable writes it, cut to a bounded length.
  void Add(std::vector<Cell> cells);

  // Lines with `indent` spaces before and a newline after each; no trailing
  // spaces. The headings alone when there are no rows. Where the width of
  // `colours` does not suffice, dispensable columns are left out, the last
  // column is wrapped, and then the widest ones are shortened.
  std::string Text(size_t indent = 0, Colours colours = Colours::kNone) const;

 private:
  using Row = std::vector<Cell>;

  std::vector<size_t> NaturalWidths() const;
  // 0: the column is left out.
  std::vector<size_t> WidthsWithin(size_t width) const;
  std::string Line(const Row& row, const std::vector<size_t>& widths,
                   size_t indent, Colours colours) const;

  std::vector<Row> rows_;
  std::vector<bool> right_;
  std::vector<size_t> dispensable_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_TABLE_H_
