#include "backend/report/table.h"

#include <algorithm>
#include <sstream>
#include <string>

#include "absl/strings/str_format.h"
#include "backend/report/service_report.h"
#include "backend/report/wrap.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

Colours Wide(size_t width) {
  Colours colours;
  colours.width = width;
  return colours;
}

size_t Widest(const std::string& text) {
  size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    widest = std::max(widest, ColumnsOf(line));
  }
  return widest;
}

TEST_CASE("wrap: lines end at spaces, and what has none is cut") {
  using Lines = std::vector<std::string>;
  CHECK(Wrapped("one two three", 0) == Lines{"one two three"});
  CHECK(Wrapped("one two three four five six", 24, 4) ==
        Lines{"one two three four five", "    six"});
  CHECK(Wrapped(std::string(25, 'x') + " y", 20) ==
        Lines{std::string(20, 'x'), "xxxxx y"});
  // Colours take no columns, and a character one, however many bytes it has.
  CHECK(ColumnsOf("\033[1;31mDIS\033[0mä…") == 5);
}

TEST_CASE("wrap: what is shortened keeps its beginning and its end") {
  CHECK(Shortened("proxy-frankfurt-0001", 10) == "proxy…0001");
  CHECK(Shortened("short", 10) == "short");
}

TEST_CASE("table: in a narrow terminal columns go, then cells are shortened") {
  Table table({"NODE", "KIND", "NAMES", "TROUBLE"}, {2}, {1});
  table.Add({"ns1.frankfurt.example.net", "daemon", "120",
             "nothing heard since yesterday: crashed or cut off from Redis"});
  CHECK(Widest(table.Text()) > 90);
  const std::string at60 = table.Text(0, Wide(60));
  INFO(at60);
  CHECK(Widest(at60) <= 60);
  CHECK(at60.find("KIND") == std::string::npos);
  CHECK(at60.find("ns1.frankfurt.example.net") != std::string::npos);
  CHECK(at60.find("\n                              ") !=
        std::string::npos);  // the sentence goes on below itself
  const std::string at40 = table.Text(0, Wide(40));
  INFO(at40);
  CHECK(Widest(at40) <= 40);
  CHECK(at40.find("120") != std::string::npos);
  CHECK(at40.find("…") != std::string::npos);
  // Where there is room nothing is left out.
  CHECK(table.Text(0, Wide(200)) == table.Text());
}

ServiceReport Service(int groups, int problems) {
  ServiceReport report;
  report.names = 1;
  DatasetText data;
  for (int i = 0; i < groups; ++i) {
    ServiceGroup entry;
    entry.group.group = absl::StrFormat("g%02d", i);
    // The last one has no address.
    std::vector<std::string> addresses;
    if (i < groups - 1) addresses = {"192.0.2.1"};
    data.SetGroup(entry.group.group, addresses, {});
    entry.group.addresses =
        data.dataset().groups.at(entry.group.group)->addresses;
    report.groups.push_back(entry);
  }
  for (int i = 0; i < problems; ++i) {
    report.problems.push_back(
        {i == problems - 1 ? Severity::kError : Severity::kWarning,
         DiagnosticCode::kNodeSilent, absl::StrFormat("node n%d", i),
         "is in trouble", "see to it"});
  }
  return report;
}

TEST_CASE("screen: what is wrong comes first, and the rest is counted") {
  const std::string screen =
      ServiceScreen(Service(40, 3), "the head", Wide(80), 14);
  INFO(screen);
  std::vector<std::string> lines;
  std::istringstream all(screen);
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  REQUIRE(lines.size() == 14);
  CHECK(lines[0] == "the head");
  // The gravest of all, although it was found last.
  CHECK(lines[1] == "problem  node n2: is in trouble; see to it");
  CHECK(lines[3].starts_with("problem  node n1"));
  CHECK(lines[4].starts_with("serving  1 name in 0 zones"));
  // The group without addresses is the first of the table.
  CHECK(lines[8].starts_with("g39"));
  CHECK(lines[13].starts_with("… 35 lines more"));
  CHECK(Widest(screen) <= 80);
}

TEST_CASE("screen: with many problems they fill it") {
  const std::string screen =
      ServiceScreen(Service(3, 50), "the head", Wide(80), 10);
  CHECK(std::count(screen.begin(), screen.end(), '\n') == 10);
  CHECK(screen.find("serving") == std::string::npos);
  const std::string small =
      ServiceScreen(Service(2, 0), "the head", Wide(80), 50);
  CHECK(small.find("all groups in service, no problems\n") !=
        std::string::npos);
  CHECK(small.find("more") == std::string::npos);
}

}  // namespace
}  // namespace groupring::backend
