// The plot of a simulation.
#include <cstdint>
#include <string>
#include <vector>

#include "backend/report/simulation_report.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// Ten hours in parts of 750 s, of which each group gets as many questions as
// its number says.
SimulationResult Result(int groups) {
  SimulationResult result;
  result.name = "ftp.example.org";
  result.seconds = 36'000;
  result.load.seconds_per_part = 750;
  for (int i = 1; i <= groups; ++i) {
    result.load.questions["g" + std::to_string(i)] =
        std::vector<uint64_t>(kLoadParts, static_cast<uint64_t>(i));
  }
  result.intervals.emplace_back();
  return result;
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

size_t CountOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("a plot says what its axes are, with round marks") {
  const std::string svg = SimulationSvg(Result(10));
  CHECK(Holds(svg, ">questions of each group of ftp.example.org over time<"));
  CHECK(Holds(svg, ">time since the start<"));
  CHECK(Holds(svg, ">questions in 12m30s<"));
  for (const char* mark : {">0<", ">2h<", ">4h<", ">10h<", ">2<", ">10<"}) {
    CAPTURE(mark);
    CHECK(Holds(svg, mark));
  }
  CHECK(CountOf(svg, "<polyline ") == 10);
  CHECK(CountOf(svg, "stroke-dasharray=\"none\"") == 20);  // and the legend
  CHECK(Holds(svg, ">g10<"));
}

TEST_CASE(
    "lines of one colour differ, and of many groups the busiest are drawn") {
  const std::string svg = SimulationSvg(Result(45));
  CHECK(CountOf(svg, "<polyline ") == 40);
  CHECK(Holds(svg, "(the 40 with the most questions; 5 more)"));
  CHECK_FALSE(Holds(svg, ">g5<"));
  CHECK(Holds(svg, ">g6<"));
  CHECK(CountOf(svg, "stroke-dasharray=\"7 3\"") == 20);
}

TEST_CASE("groups with long names are told apart in the legend") {
  SimulationResult result = Result(0);
  for (const char* const group :
       {"proxy-1.frankfurt.example.net", "proxy-2.frankfurt.example.net",
        "proxy-1.of-a-data-centre-with-a-long-name.example.net",
        "proxy-1.of-a-data-centre-with-a-long-name.example.org"}) {
    result.load.questions[group] = std::vector<uint64_t>(kLoadParts, 1);
  }
  const std::string svg = SimulationSvg(result);
  CHECK(Holds(svg, ">proxy-1.frankfurt.example.net<"));
  CHECK(Holds(svg, ">proxy-2.frankfurt.example.net<"));
  CHECK(Holds(svg, ">proxy-1.of-a-dat…ame.example.net<"));
  CHECK(Holds(svg, ">proxy-1.of-a-dat…ame.example.org<"));
  // The names end within the picture.
  const size_t width = svg.find("width=\"");
  REQUIRE(width != std::string::npos);
  CHECK(std::stoi(svg.substr(width + 7)) > 730 + 46 + 32 * 7);
}

TEST_CASE("events have numbers, and whole sentences below the plot") {
  SimulationResult result = Result(2);
  const auto add = [&](int64_t second, const std::string& event) {
    SimulationResult::Interval& interval = result.intervals.emplace_back();
    interval.from = second;
    interval.events = {event};
  };
  add(3600, "group weight ftp.example.org g1 50");
  add(7200, "kill <g2> & \"g1\"");
  const std::string svg = SimulationSvg(result);
  CHECK(Holds(svg, ">1  1h  group weight ftp.example.org g1 50<"));
  CHECK(Holds(svg, ">2  2h  kill &lt;g2&gt; &amp; &quot;g1&quot;<"));
  for (int i = 0; i < 50; ++i) add(10'800 + i, "kill g1");
  CHECK(Holds(SimulationSvg(result), ">and 12 more<"));
}

TEST_CASE("a part of the time that has not ended is not drawn") {
  SimulationResult result = Result(1);
  const size_t whole = CountOf(SimulationSvg(result), ",");
  result.seconds -= 1;
  CHECK(CountOf(SimulationSvg(result), ",") == whole - 1);
}

TEST_CASE("a simulation without a question can be drawn") {
  SimulationResult result = Result(0);
  result.seconds = 1;
  CHECK(Holds(SimulationSvg(result), "</svg>"));
}

}  // namespace
}  // namespace groupring::backend
