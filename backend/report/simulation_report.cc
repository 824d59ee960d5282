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

}  // namespace

std::string EventsOf(const SimulationResult::Interval& interval) {
  return interval.events.empty()
             ? std::string("start")
             : Printable(absl::StrJoin(interval.events, "; "));
}

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
      const int64_t from =
          static_cast<int64_t>(i) * result.load.seconds_per_part;
      if (from >= result.seconds) break;
      csv += absl::StrFormat("load,%d,%s,%d\n", from, CsvText(group), parts[i]);
    }
  }
  return csv;
}

}  // namespace groupring::backend
