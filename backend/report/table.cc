#include "backend/report/table.h"

#include <algorithm>
#include <utility>

namespace groupring::backend {
namespace {

// Bounds the lines, because a reason in Redis can be of any length.
constexpr size_t kMaxCell = 512;

}  // namespace

Table::Table(const std::vector<std::string>& headings,
             const std::vector<size_t>& right)
    : right_(headings.size(), false) {
  for (const size_t column : right) right_[column] = true;
  rows_.emplace_back(headings.begin(), headings.end());
}

void Table::Add(std::vector<Cell> cells) {
  for (Cell& cell : cells) {
    cell.text = cell.text.empty() ? "-" : Printable(cell.text, kMaxCell);
  }
  cells.resize(right_.size(), "-");
  rows_.push_back(std::move(cells));
}

std::string Table::Text(size_t indent, Colours colours) const {
  std::vector<size_t> widths(right_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].text.size());
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].text.size(), ' ');
      const std::string cell = Painted(row[i].text, row[i].tone, colours);
      if (i > 0) line += "  ";
      line += right_[i] ? padding + cell : cell + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace groupring::backend
