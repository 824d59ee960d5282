// What came of a simulation, as a plot.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "backend/change/operands.h"
#include "backend/report/change_words.h"
#include "backend/report/simulation_report.h"
#include "backend/report/wrap.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

constexpr double kLeft = 70;
constexpr double kTop = 62;
constexpr double kPlotWidth = 660;
constexpr double kPlotHeight = 300;
constexpr double kBottom = kTop + kPlotHeight;
constexpr double kRight = kLeft + kPlotWidth;
constexpr double kRow = 15;  // of text
constexpr size_t kLegendRows = 20;

constexpr size_t kMostDrawn = 40;
constexpr size_t kMostEvents = 40;
constexpr size_t kMostOfText = 120;

constexpr const char* kColours[] = {"#3366aa", "#cc6633", "#448844", "#884488",
                                    "#888833", "#555555", "#22aaaa", "#aa2266",
                                    "#7799dd", "#ddaa77"};
// Of the first ten lines, the next ten, and so on.
constexpr const char* kDashes[] = {"none", "7 3", "2 2", "9 3 2 3"};

std::string XmlText(std::string_view text) {
  return absl::StrReplaceAll(
      Printable(text, kMostOfText),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

// A distance between marks that makes at most `most` of them: 1, 2 or 5, or
// that with zeros behind it.
uint64_t CountStep(uint64_t range, uint64_t most) {
  for (uint64_t step = 1;; step *= 10) {
    for (const uint64_t factor : {1U, 2U, 5U}) {
      if (range / (step * factor) <= most) return step * factor;
    }
  }
}

int64_t TimeStep(int64_t range, int64_t most) {
  constexpr int64_t kMinute = 60;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  constexpr int64_t kSteps[] = {
      1,           5,           10,           30,           kMinute,
      2 * kMinute, 5 * kMinute, 10 * kMinute, 30 * kMinute, kHour,
      2 * kHour,   3 * kHour,   6 * kHour,    12 * kHour,   kDay,
      2 * kDay,    5 * kDay};
  for (const int64_t step : kSteps) {
    if (range / step <= most) return step;
  }
  return std::max(range, int64_t{1});
}

// A group of the legend and the line.
using Line = std::pair<std::string, std::vector<uint64_t>>;

// The groups with the most questions, by name.
std::vector<Line> Drawn(const SimulationResult::Load& load) {
  std::vector<Line> lines(load.questions.begin(), load.questions.end());
  if (lines.size() <= kMostDrawn) return lines;
  const auto sum = [](const Line& line) {
    return std::accumulate(line.second.begin(), line.second.end(), uint64_t{0});
  };
  std::stable_sort(
      lines.begin(), lines.end(),
      [&](const Line& a, const Line& b) { return sum(a) > sum(b); });
  lines.resize(kMostDrawn);
  std::sort(lines.begin(), lines.end());
  return lines;
}

class Plot {
 public:
  explicit Plot(const SimulationResult& result)
      : result_(result), lines_(Drawn(result.load)) {
    size_t longest = 0;
    for (const Line& line : lines_) {
      for (const uint64_t part : line.second) most_ = std::max(most_, part);
      longest = std::max(longest, NameOf(line.first).size());
    }
    legend_width_ =
        std::max(kLeastLegendWidth,
                 kBesideName + kLetter * static_cast<double>(longest));
  }

  std::string Text() {
    AddAxes();
    AddEvents();
    AddLines();
    const size_t columns = (lines_.size() + kLegendRows - 1) / kLegendRows;
    const double width =
        kRight + 20 + legend_width_ * static_cast<double>(columns);
    const size_t more = result_.load.questions.size() - lines_.size();
    return absl::StrFormat(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
        "height=\"%.0f\" font-family=\"sans-serif\" font-size=\"12\">\n"
        "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
        "<text x=\"10\" y=\"20\" font-weight=\"bold\">questions of each "
        "group of %s over time%s</text>\n%s</svg>\n",
        width, bottom_, XmlText(result_.name),
        more == 0
            ? ""
            : absl::StrFormat(" (the %d with the most questions; %d more)",
                              lines_.size(), more),
        svg_);
  }

 private:
  double XOf(double second) const {
    const auto all = static_cast<double>(std::max<int64_t>(result_.seconds, 1));
    return kLeft + kPlotWidth * second / all;
  }
  double YOf(uint64_t questions) const {
    return kBottom - kPlotHeight * static_cast<double>(questions) /
                         static_cast<double>(most_);
  }

  // With marks, and what they are marks of.
  void AddAxes() {
    const uint64_t step = CountStep(most_, 6);
    for (uint64_t count = 0; count <= most_; count += step) {
      const double y = YOf(count);
      svg_ += absl::StrFormat(
          "<path d=\"M%.1f %.1fH%.1f\" stroke=\"#ddd\"/>"
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%d</text>\n",
          kLeft, y, kRight, kLeft - 8, y + 4, count);
    }
    const int64_t time_step = TimeStep(result_.seconds, 8);
    for (int64_t at = 0; at <= result_.seconds; at += time_step) {
      const double x = XOf(static_cast<double>(at));
      svg_ += absl::StrFormat(
          "<path d=\"M%.1f %.1fv5\" stroke=\"black\"/>"
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
          x, kBottom, x, kBottom + 19, at == 0 ? "0" : DurationText(at));
    }
    svg_ += absl::StrFormat(
        "<path d=\"M%.1f %.1fV%.1fH%.1f\" fill=\"none\" stroke=\"black\"/>\n"
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">time since the "
        "start</text>\n"
        "<text transform=\"translate(16 %.1f) rotate(-90)\" "
        "text-anchor=\"middle\">questions in %s</text>\n",
        kLeft, kTop, kBottom, kRight, kLeft + kPlotWidth / 2, kBottom + 38,
        kTop + kPlotHeight / 2, DurationText(result_.load.seconds_per_part));
    bottom_ = kBottom + 50;
  }

  // Numbers above the plot, which the lines below it explain.
  void AddEvents() {
    size_t number = 0;
    for (const SimulationResult::Interval& interval : result_.intervals) {
      if (interval.events.empty()) continue;
      ++number;
      const double x = XOf(static_cast<double>(interval.from));
      // In two rows, as events may be close to each other.
      const double y = kTop - (number % 2 == 1 ? 5 : 18);
      svg_ += absl::StrFormat(
          "<path d=\"M%.1f %.1fV%.1f\" stroke=\"#999\" "
          "stroke-dasharray=\"3\"/>"
          "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" "
          "text-anchor=\"middle\">%d</text>\n",
          x, y + 2, kBottom, x, y, number);
      if (number > kMostEvents) continue;
      AddNote(absl::StrFormat("%d  %s  %s", number, DurationText(interval.from),
                              EventsOf(interval)));
    }
    if (number > kMostEvents) {
      AddNote(absl::StrFormat("and %d more", number - kMostEvents));
    }
  }

  void AddNote(const std::string& text) {
    bottom_ += kRow;
    svg_ += absl::StrFormat(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" "
        "xml:space=\"preserve\">%s</text>\n",
        kLeft, bottom_ - 4, XmlText(text));
  }

  void AddLines() {
    for (size_t number = 0; number < lines_.size(); ++number) {
      const std::string style = absl::StrFormat(
          "stroke=\"%s\" stroke-width=\"1.5\" stroke-dasharray=\"%s\"",
          kColours[number % std::size(kColours)],
          kDashes[number / std::size(kColours) % std::size(kDashes)]);
      const auto& [group, parts] = lines_[number];
      std::string points;
      const int64_t span = result_.load.seconds_per_part;
      // The last one may not be whole.
      for (size_t i = 0; i < parts.size(); ++i) {
        const auto from = static_cast<int64_t>(i) * span;
        if (from + span > result_.seconds) break;
        const double middle =
            static_cast<double>(from) + static_cast<double>(span) / 2;
        points += absl::StrFormat("%.1f,%.1f ", XOf(middle), YOf(parts[i]));
      }
      svg_ += absl::StrFormat("<polyline points=\"%s\" fill=\"none\" %s/>\n",
                              points, style);
      const auto column = number / kLegendRows;
      const double x =
          kRight + 15 + legend_width_ * static_cast<double>(column);
      const double y = kTop + kRow * static_cast<double>(number % kLegendRows);
      svg_ += absl::StrFormat(
          "<path d=\"M%.1f %.1fh22\" %s/>"
          "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n",
          x, y, style, x + 28, y + 4, XmlText(NameOf(group)));
    }
  }

  // In the legend.
  static std::string NameOf(const std::string& group) {
    constexpr size_t kColumns = 32;
    return Shortened(Printable(GroupWord(group), kMostOfText), kColumns);
  }

  // Of a column of the legend: at least, the line and the space around it, and
  // a letter at most.
  static constexpr double kLeastLegendWidth = 130;
  static constexpr double kBesideName = 46;
  static constexpr double kLetter = 7.5;

  const SimulationResult& result_;
  std::vector<Line> lines_;
  uint64_t most_ = 1;
  double legend_width_ = kLeastLegendWidth;
  double bottom_ = 0;
  std::string svg_;
};

}  // namespace

std::string SimulationSvg(const SimulationResult& result) {
  return Plot(result).Text();
}

}  // namespace groupring::backend
