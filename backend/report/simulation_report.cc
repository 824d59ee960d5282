#include "backend/report/simulation_report.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "backend/change/operands.h"
#include "backend/report/change_words.h"
#include "backend/report/table.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

constexpr const char* kColours[] = {"#3366aa", "#cc6633", "#448844", "#884488",
                                    "#888833", "#555555", "#22aaaa", "#aa2266",
                                    "#7799dd", "#ddaa77"};

std::string EventsOf(const SimulationResult::Interval& interval) {
  return interval.events.empty()
             ? std::string("start")
             : Printable(absl::StrJoin(interval.events, "; "));
}

std::string RatioText(const Repeats& repeats) {
  return repeats.all == 0 ? "–" : absl::StrFormat("%.4f", repeats.Ratio());
}

std::string KindsTable(const SimulationResult& result) {
  Table table({"CLIENTS", "KIND", "REPEATS", "SAME GROUP"}, {0, 2, 3});
  for (const auto& [kind, clients] : result.clients) {
    const auto found = result.repeats.find(kind);
    const Repeats repeats =
        found == result.repeats.end() ? Repeats() : found->second;
    table.Add({std::to_string(clients), kind, std::to_string(repeats.all),
               RatioText(repeats)});
  }
  return "repeated questions that meet the group of the question before\n" +
         table.Text(2);
}

std::string IntervalsTable(const SimulationResult& result) {
  Table table({"FROM", "ASKED", "MOVED", "BACK", "SAME GROUP", "EVENT"},
              {0, 1, 2, 3, 4});
  for (const SimulationResult::Interval& interval : result.intervals) {
    Repeats all;
    for (const auto& [kind, repeats] : interval.repeats) {
      all.all += repeats.all;
      all.same_group += repeats.same_group;
    }
    table.Add({DurationText(interval.from), std::to_string(interval.asked),
               std::to_string(interval.moved),
               std::to_string(interval.moved_back), RatioText(all),
               EventsOf(interval)});
  }
  return "clients at each event, until the next: on another group at its end "
         "than before it, and of these back on their first\n" +
         table.Text(2);
}

std::string LoadTable(const SimulationResult& result) {
  // Sixths of the time: what fits beside each other.
  constexpr size_t kColumns = 6;
  std::vector<std::string> head = {"GROUP"};
  std::vector<size_t> numbers;
  for (size_t i = 0; i < kColumns; ++i) {
    const auto from = static_cast<int64_t>(i) * result.seconds /
                      static_cast<int64_t>(kColumns);
    head.push_back("FROM " + DurationText(from));
    numbers.push_back(i + 1);
  }
  std::array<uint64_t, kColumns> sums{};
  std::map<std::string, std::array<uint64_t, kColumns>> rows;
  for (const auto& [group, parts] : result.load.questions) {
    for (size_t i = 0; i < parts.size(); ++i) {
      rows[group][i * kColumns / kLoadParts] += parts[i];
      sums[i * kColumns / kLoadParts] += parts[i];
    }
  }
  Table table(head, numbers);
  for (const auto& [group, row] : rows) {
    std::vector<Cell> cells = {GroupWord(group)};
    for (size_t i = 0; i < kColumns; ++i) {
      const double part = sums[i] == 0 ? 0
                                       : static_cast<double>(row[i]) /
                                             static_cast<double>(sums[i]);
      cells.emplace_back(Percent(part));
    }
    table.Add(cells);
  }
  return "questions of each group\n" + table.Text(2);
}

std::string CsvText(const std::string& text) {
  return "\"" + absl::StrReplaceAll(Printable(text), {{"\"", "\"\""}}) + "\"";
}

std::string XmlText(const std::string& text) {
  return absl::StrReplaceAll(
      Printable(text),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

}  // namespace

std::string SimulationText(const SimulationResult& result) {
  return absl::StrFormat(
             "%s for %s, TTL %d s: %d questions, %d of them asked by "
             "resolvers whose cache had no answer\n",
             Printable(result.name), DurationText(result.seconds),
             result.ttl_seconds, result.questions, result.asked_us) +
         KindsTable(result) + IntervalsTable(result) + LoadTable(result);
}

std::string SimulationCsv(const SimulationResult& result) {
  std::string csv = "repeats,from_second,to_second,kind,repeats,same_group\n";
  for (const SimulationResult::Interval& interval : result.intervals) {
    for (const auto& [kind, repeats] : interval.repeats) {
      csv += absl::StrFormat("repeats,%d,%d,%s,%d,%d\n", interval.from,
                             interval.to, CsvText(kind), repeats.all,
                             repeats.same_group);
    }
  }
  csv += "interval,from_second,to_second,asked,moved,moved_back,event\n";
  for (const SimulationResult::Interval& interval : result.intervals) {
    csv += absl::StrFormat("interval,%d,%d,%d,%d,%d,%s\n", interval.from,
                           interval.to, interval.asked, interval.moved,
                           interval.moved_back, CsvText(EventsOf(interval)));
  }
  csv += "load,from_second,group,questions\n";
  for (const auto& [group, parts] : result.load.questions) {
    for (size_t i = 0; i < parts.size(); ++i) {
      csv += absl::StrFormat(
          "load,%d,%s,%d\n",
          static_cast<int64_t>(i) * result.load.seconds_per_part,
          CsvText(group.empty() ? "" : group), parts[i]);
    }
  }
  return csv;
}

std::string SimulationSvg(const SimulationResult& result) {
  constexpr double kWidth = 860;
  constexpr double kHeight = 380;
  constexpr double kLeft = 60;
  constexpr double kRight = 150;
  constexpr double kTop = 40;
  constexpr double kBottom = 50;
  constexpr double kPlot = kHeight - kTop - kBottom;
  uint64_t largest = 1;
  for (const auto& [group, parts] : result.load.questions) {
    for (const uint64_t part : parts) largest = std::max(largest, part);
  }
  const auto x_of = [&](double second) {
    return kLeft +
           (kWidth - kLeft - kRight) * second /
               static_cast<double>(std::max<int64_t>(result.seconds, 1));
  };
  const auto y_of = [&](uint64_t questions) {
    return kTop + kPlot * (1 - static_cast<double>(questions) /
                                   static_cast<double>(largest));
  };
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
      "height=\"%.0f\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"%.0f\" height=\"%.0f\" fill=\"white\"/>\n"
      "<text x=\"10\" y=\"20\" font-weight=\"bold\">questions of each group of "
      "%s, in parts of %s</text>\n",
      kWidth, kHeight, kWidth, kHeight, XmlText(result.name),
      DurationText(result.load.seconds_per_part));
  svg += absl::StrFormat(
      "<path d=\"M%.1f %.1fV%.1fH%.1f\" fill=\"none\" stroke=\"black\"/>\n"
      "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%d</text>\n"
      "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">0</text>\n",
      kLeft, kTop, kTop + kPlot, kWidth - kRight, kLeft - 6, kTop + 10, largest,
      kLeft - 6, kTop + kPlot);
  for (const SimulationResult::Interval& interval : result.intervals) {
    if (interval.events.empty()) continue;
    const double x = x_of(static_cast<double>(interval.from));
    svg += absl::StrFormat(
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" "
        "stroke=\"#999\" stroke-dasharray=\"3\"/>\n"
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\" "
        "transform=\"rotate(20 %.1f %.1f)\">%s %s</text>\n",
        x, x, kTop, kTop + kPlot, x, kTop + kPlot + 14, x, kTop + kPlot + 14,
        DurationText(interval.from), XmlText(EventsOf(interval).substr(0, 40)));
  }
  size_t number = 0;
  for (const auto& [group, parts] : result.load.questions) {
    const char* const colour = kColours[number % std::size(kColours)];
    std::string points;
    for (size_t i = 0; i < parts.size(); ++i) {
      const auto middle = (static_cast<double>(i) + 0.5) *
                          static_cast<double>(result.load.seconds_per_part);
      if (middle > static_cast<double>(result.seconds)) break;
      points += absl::StrFormat("%.1f,%.1f ", x_of(middle), y_of(parts[i]));
    }
    svg += absl::StrFormat(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" "
        "stroke-width=\"1.5\"/>\n",
        points, colour);
    const double y = kTop + 14 * static_cast<double>(number);
    svg += absl::StrFormat(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"10\" height=\"10\" fill=\"%s\"/>"
        "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n",
        kWidth - kRight + 10, y, colour, kWidth - kRight + 25, y + 10,
        XmlText(GroupWord(group)));
    ++number;
  }
  return svg + "</svg>\n";
}

}  // namespace groupring::backend
