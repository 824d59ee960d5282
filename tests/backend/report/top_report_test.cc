// Those that ask most, as text and as JSON.
#include "backend/report/top_report.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TopReport Sample() {
  TopReport report;
  report.groups = {"g1", "g2"};
  report.asked.queries = 200;
  report.asked.samples = 100;
  report.asked.by_ecs = 150;
  report.asked.span = std::chrono::seconds(60);
  report.asked.askers = {{"192.0.2.53", 150, 4, 1.0, 1, 12},
                         {"192.0.2.54", 50, 0, 0.0, 0, 1}};
  return report;
}

TEST_CASE("top as text has shares, ECS, networks and the last group") {
  CHECK(TopText(Sample()) ==
        "200 questions for dynamic names in the last 60 seconds; 75.0% by EDNS "
        "Client Subnet; estimated from 100 samples\n"
        "RESOLVER    QUESTIONS  SHARE     ECS  NETWORKS  LAST GROUP\n"
        "192.0.2.53        150  75.0%  100.0%        12  g2\n"
        "192.0.2.54         50  25.0%    0.0%   unknown  g1\n");
  TopReport exact = Sample();
  exact.asked.samples = 200;
  CHECK(TopText(exact).find("estimated") == std::string::npos);
}

TEST_CASE("top by group has the group's name") {
  TopReport report = Sample();
  report.by = TopBy::kGroup;
  report.asked.askers[0].key = "1";
  const std::string text = TopText(report);
  CHECK(text.find("g2 ") != std::string::npos);
  CHECK(text.find("LAST GROUP") == std::string::npos);
}

TEST_CASE("top by subnet has the labels of networks, if there are any") {
  TopReport report = Sample();
  report.by = TopBy::kSubnet;
  report.asked.askers[0].key = "198.51.100.0/24";
  report.asked.askers[1].key = "203.0.113.0/24";
  CHECK(TopText(report).find("LABEL") == std::string::npos);
  report.asked.askers[1].label = "isp-1";
  report.asked.askers[1].entry = "203.0.112.0/20";
  CHECK(TopText(report).ends_with(
      "SUBNET           QUESTIONS  SHARE     ECS  LABEL  ENTRY           LAST "
      "GROUP\n"
      "198.51.100.0/24        150  75.0%  100.0%  -      -               g2\n"
      "203.0.113.0/24          50  25.0%    0.0%  isp-1  203.0.112.0/20  "
      "g1\n"));
  const auto json = nlohmann::json::parse(TopJson(report));
  CHECK(json["top"][0]["label"] == "");
  CHECK(json["top"][1]["label"] == "isp-1");
  CHECK(json["top"][0]["affinity_entry"] == "");
  CHECK(json["top"][1]["affinity_entry"] == "203.0.112.0/20");
}

TEST_CASE("top of a node that nobody asks says so") {
  CHECK(TopText({}) ==
        "nobody has asked for a dynamic name in the last minutes\n");
  CHECK(nlohmann::json::parse(TopJson({}))["top"].empty());
}

TEST_CASE("top is read as it was written on a line") {
  for (const TopBy by : kAllTopBy) {
    CAPTURE(ToText(by));
    TopReport report = Sample();
    report.by = by;
    if (by != TopBy::kResolver) report.asked.askers[0].networks = 0;
    if (by == TopBy::kSubnet) {
      report.asked.askers[0].label = "isp-1";
      report.asked.askers[0].entry = "192.0.2.0/25";
    }
    const std::string line = TopLine(report);
    CHECK(line.find('\n') == line.size() - 1);
    const auto read = ParseTop(line);
    REQUIRE(read.ok());
    CHECK(TopText(*read) == TopText(report));
    CHECK(TopJson(*read) == TopJson(report));
  }
  for (const char* const wrong : {"", "{}", "[]", "{\"by\": 1}", "\"x\""}) {
    CAPTURE(wrong);
    CHECK(absl::IsInvalidArgument(ParseTop(wrong).status()));
  }
}

TEST_CASE("top of a node is the sum of what its processes tell") {
  TopReport other = Sample();
  other.groups = {"g9", "g1"};
  other.asked.queries = 100;
  other.asked.by_ecs = 0;
  other.asked.samples = 100;
  other.asked.askers = {{"192.0.2.54", 100, 1, 0.5, 0, 7}};
  const NodeTop top{"ns1", {Sample(), other}, 10'000};
  CHECK(NodeTopText(top, TopBy::kResolver, 20, 17'000) ==
        "ns1 (2 processes), as told 7 seconds ago\n"
        "300 questions for dynamic names in the last 60 seconds; 50.0% by EDNS "
        "Client Subnet; estimated from 200 samples\n"
        "RESOLVER    QUESTIONS  SHARE     ECS  NETWORKS  LAST GROUP\n"
        "192.0.2.53        150  50.0%  100.0%        12  g2\n"
        "192.0.2.54        150  50.0%   33.3%         7  g9\n");
  const auto json =
      nlohmann::json::parse(NodeTopJson(top, TopBy::kResolver, 1, 17'000));
  CHECK(json["top"].size() == 1);
  CHECK(json["questions"] == 300);
  CHECK(json["node"] == "ns1");
  CHECK(json["processes"] == 2);
  CHECK(json["told_seconds_ago"] == 7);
}

TEST_CASE("top of a node that has told nothing says why that may be") {
  const NodeTop top{"ns1", {}, 0};
  CHECK(NodeTopText(top, TopBy::kName, 20, 1)
            .starts_with("ns1 has told nothing in the last ten minutes: "));
  const auto json =
      nlohmann::json::parse(NodeTopJson(top, TopBy::kName, 20, 1));
  CHECK(json["processes"] == 0);
  CHECK(json["told_seconds_ago"].is_null());
  CHECK(json["top"].empty());
}

TEST_CASE("top as JSON has the same, with the error of each count") {
  const auto json = nlohmann::json::parse(TopJson(Sample()));
  CHECK(json["by"] == "resolver");
  CHECK(json["seconds"] == 60);
  CHECK(json["questions"] == 200);
  CHECK(json["samples"] == 100);
  CHECK(json["ecs_ratio"] == 0.75);
  CHECK(json["top"][0]["resolver"] == "192.0.2.53");
  CHECK(json["top"][0]["share"] == 0.75);
  CHECK(json["top"][0]["error"] == 4);
  CHECK(json["top"][0]["networks"] == 12);
  CHECK(json["top"][0]["last_group"] == "g2");
  CHECK(json["top"][1]["networks"].is_null());
}

TEST_CASE("what top goes by is read back as it is written") {
  for (const TopBy by :
       {TopBy::kResolver, TopBy::kSubnet, TopBy::kName, TopBy::kGroup}) {
    CHECK(ParseTopBy(ToText(by)) == by);
  }
  CHECK_FALSE(ParseTopBy("address"));
}

}  // namespace
}  // namespace groupring::backend
