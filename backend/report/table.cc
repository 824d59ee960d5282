#include "backend/report/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "backend/report/wrap.h"

namespace groupring::backend {
namespace {

// Bounds the lines, because a reason in Redis can be of any length.
constexpr size_t kMaxCell = 512;

constexpr size_t kGap = 2;  // between columns
// What a wrapped column needs, and what is left of a shortened one.
constexpr size_t kLeastWrapped = 20;
constexpr size_t kLeastShortened = 6;

size_t Total(const std::vector<size_t>& widths) {
  const auto shown = static_cast<size_t>(std::count_if(
      widths.begin(), widths.end(), [](size_t width) { return width > 0; }));
  return std::accumulate(widths.begin(), widths.end(), size_t{0}) +
         (shown == 0 ? 0 : kGap * (shown - 1));
}

}  // namespace

Table::Table(const std::vector<std::string>& headings,
             const std::vector<size_t>& right, std::vector<size_t> dispensable)
    : right_(headings.size(), false), dispensable_(std::move(dispensable)) {
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

std::vector<size_t> Table::NaturalWidths() const {
  std::vector<size_t> widths(right_.size(), 0);
  for (const Row& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], ColumnsOf(row[i].text));
    }
  }
  return widths;
}

std::vector<size_t> Table::WidthsWithin(size_t width) const {
  std::vector<size_t> widths = NaturalWidths();
  if (width == 0 || Total(widths) <= width) return widths;
  // The last column is a sentence as a rule, and can be wrapped.
  const size_t last = widths.size() - 1;
  const size_t sentence = std::exchange(
      widths[last],
      right_[last] ? widths[last] : std::min(widths[last], kLeastWrapped));
  for (const size_t column : dispensable_) {
    if (Total(widths) <= width) break;
    widths[column] = 0;
  }
  // Numbers stay whole.
  while (Total(widths) > width) {
    size_t widest = last;
    for (size_t i = 0; i < last; ++i) {
      if (right_[i] || widths[i] <= kLeastShortened) continue;
      if (widest == last || widths[i] > widths[widest]) widest = i;
    }
    if (right_[widest] || widths[widest] <= kLeastShortened) break;
    --widths[widest];
  }
  const size_t total = Total(widths);
  if (total < width) {
    widths[last] = std::min(sentence, widths[last] + width - total);
  }
  return widths;
}

std::string Table::Line(const Row& row, const std::vector<size_t>& widths,
                        size_t indent, Colours colours) const {
  const size_t last = row.size() - 1;
  // Only where its column is narrower than it is.
  const std::vector<std::string> sentence =
      right_[last] ? std::vector<std::string>{row[last].text}
                   : Wrapped(row[last].text, widths[last]);
  std::string text;
  for (size_t wrapped = 0; wrapped < sentence.size(); ++wrapped) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0) continue;
      std::string content;
      if (i == last) {
        content = sentence[wrapped];
      } else if (wrapped == 0) {
        content = Shortened(row[i].text, widths[i]);
      }
      const size_t columns = std::min(ColumnsOf(content), widths[i]);
      const std::string padding(widths[i] - columns, ' ');
      const std::string cell = Painted(content, row[i].tone, colours);
      if (line.size() > indent) line += std::string(kGap, ' ');
      line += right_[i] ? padding + cell : cell + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string Table::Text(size_t indent, Colours colours) const {
  const std::vector<size_t> widths = WidthsWithin(
      colours.width > indent ? colours.width - indent : colours.width);
  std::string text;
  for (const Row& row : rows_) text += Line(row, widths, indent, colours);
  return text;
}

}  // namespace groupring::backend
