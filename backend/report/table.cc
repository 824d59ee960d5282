#include "backend/report/table.h"

#include <algorithm>
#include <utility>

namespace groupring::backend {
namespace {

// Bounds the lines, because a reason in Redis can be of any length.
constexpr size_t kMaxCell = 512;

}  // namespace

Table::Table(std::vector<std::string> headings, std::vector<size_t> right)
    : right_(headings.size(), false) {
  for (const size_t column : right) right_[column] = true;
  rows_.push_back(std::move(headings));
}

void Table::Add(std::vector<std::string> cells) {
  for (std::string& cell : cells) {
    cell = cell.empty() ? "-" : Printable(cell, kMaxCell);
  }
  cells.resize(right_.size(), "-");
  rows_.push_back(std::move(cells));
}

std::string Table::Text(size_t indent) const {
  std::vector<size_t> widths(right_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      if (i > 0) line += "  ";
      line += right_[i] ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace groupring::backend
