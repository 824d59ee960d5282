// Shares of the questions, wherever reports show them.
#include "backend/report/group_shares.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/change/group_changes.h"
#include "backend/report/group_report.h"
#include "backend/report/name_report.h"
#include "backend/report/outcome_report.h"
#include "backend/report/service_report.h"
#include "backend/snapshot/snapshot_builder.h"
#include "hashing/shares.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

std::shared_ptr<const Snapshot> Build(const DatasetText& data) {
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, kNow);
}

// Nine questions of ten come from a slot of g1, one from a slot of g2.
redis::TrafficProfile MostOfG1() {
  std::string error;
  const auto ring =
      hashing::Ring::Create({{"g1", 100}, {"g2", 100}, {"g3", 100}}, &error);
  const std::vector<uint16_t> owners = hashing::OwnersOf(
      {ring,
       {hashing::kWholeShare, hashing::kWholeShare, hashing::kWholeShare}});
  redis::TrafficProfile traffic;
  for (const auto& [group, questions] : {std::pair(0, 9.0), {1, 1.0}}) {
    uint32_t slot = 0;
    while (owners[slot] != group) ++slot;
    traffic.slots.push_back({slot, {questions, questions}});
  }
  if (traffic.slots[0].slot > traffic.slots[1].slot) {
    std::swap(traffic.slots[0], traffic.slots[1]);
  }
  return traffic;
}

// Whether a line of the text has these words, in this order.
bool HasLine(const std::string& text, const std::vector<std::string>& words) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    size_t from = 0;
    bool all = true;
    for (const std::string& word : words) {
      from = line.find(word, from);
      all = from != std::string::npos;
      if (!all) break;
      from += word.size();
    }
    if (all) return true;
    at = end + 1;
  }
  return false;
}

TEST_CASE("the status shows the share of the questions beside the clients'") {
  const auto snapshot = Build(ThreeGroups());
  redis::Measured measured;
  measured.traffic = MostOfG1();
  const ServiceReport report =
      ReportService(*snapshot, {}, {}, kNow, &measured);
  const std::string text = ServiceText(report);
  CHECK(HasLine(text, {"GROUP", "CLIENTS", "QUESTIONS", "A", "AAAA"}));
  CHECK(HasLine(text, {"g1", "33.", "90.0%"}));
  CHECK(HasLine(text, {"g3", "33.", "0.0%"}));
  const auto json = nlohmann::json::parse(ServiceJson(report));
  CHECK(json["groups"][0]["most_questions"] == Approx(0.9));
  CHECK(json["groups"][1]["least_questions"] == Approx(0.1));
}

TEST_CASE("without counted questions no report speaks of them") {
  const auto snapshot = Build(ThreeGroups());
  const redis::Measured nothing;
  const ServiceReport report = ReportService(*snapshot, {}, {}, kNow, &nothing);
  CHECK(ServiceText(report).find("QUESTIONS") == std::string::npos);
  CHECK(ServiceJson(report).find("questions") == std::string::npos);
  const auto name = ReportName(*snapshot, "ftp.example.org", kNow, &nothing);
  CHECK(NameText(*name).find("QUESTIONS") == std::string::npos);
  CHECK(NameJson(*name).find("questions") == std::string::npos);
}

TEST_CASE("lists of groups, a group and a name show it, too") {
  const auto snapshot = Build(ThreeGroups());
  redis::Measured measured;
  measured.traffic = MostOfG1();
  GroupDirectory directory(*snapshot, kNow);
  GroupPage page = ReportGroupPage(directory, {});
  page.shares = CountShares(*snapshot, kNow, &measured);
  CHECK(HasLine(GroupListText(page), {"CLIENTS", "QUESTIONS", "WHY"}));
  CHECK(HasLine(GroupListText(page), {"g1", "33.", "90.0%"}));
  const auto list = nlohmann::json::parse(GroupListJson(page, &directory));
  CHECK(list["groups"][0]["least_questions"] == Approx(0.9));

  const auto group = ReportGroup(*snapshot, "g2", kNow, 8, {}, &measured);
  CHECK(HasLine(GroupText(*group), {"NAME", "CLIENTS", "QUESTIONS"}));
  CHECK(HasLine(GroupText(*group), {"ftp.example.org", "33.", "10.0%"}));

  const auto name = ReportName(*snapshot, "ftp.example.org", kNow, &measured);
  CHECK(HasLine(NameText(*name), {"GROUP", "CLIENTS", "QUESTIONS"}));
  CHECK(HasLine(NameText(*name), {"g1", "33.", "90.0%"}));
  const auto json = nlohmann::json::parse(NameJson(*name));
  CHECK(json["groups"][0]["questions"] == Approx(0.9));
}

TEST_CASE("a plan shows the questions before and after, and how many move") {
  const redis::Dataset dataset = ThreeGroups().dataset();
  const redis::TrafficProfile traffic = MostOfG1();
  Outcome outcome;
  outcome.plan =
      MakePlan(dataset, Made(DisableGroup(dataset, "g1", "", AnaNow())), {},
               kNow, {}, {}, nullptr, &traffic);
  const std::string text = OutcomeText(outcome);
  CHECK(HasLine(
      text, {"would move 33.", "of the questions of a day 90.0%", "g1 -> "}));
  CHECK(HasLine(text, {"GROUP", "CHANGE", "QUESTIONS BEFORE", "AFTER"}));
  CHECK(HasLine(text, {"g1", "90.0%", "0.0%"}));
  const auto json = nlohmann::json::parse(OutcomeJson(outcome));
  const auto& share = json["impact"]["rings"][0]["shares"][0];
  CHECK(share["group"] == "g1");
  CHECK(share["questions_before"] == Approx(0.9));
  CHECK(share["questions_after"] == 0.0);
}

TEST_CASE("a group on several rings has the least and the most of them") {
  std::optional<Extent> extent;
  CHECK(ExtentText(extent).empty());
  extent.emplace();
  extent->Add(0.25);
  CHECK(ExtentText(extent) == "25.0%");
  extent->Add(0.5);
  CHECK(ExtentText(extent) == "25.0%-50.0%");
}

}  // namespace
}  // namespace groupring::backend
