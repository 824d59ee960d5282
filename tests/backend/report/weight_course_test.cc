// Weights that change over time, wherever reports show them.
#include "backend/report/weight_course.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backend/change/balance_changes.h"
#include "backend/change/impact.h"
#include "backend/report/expected_shares.h"
#include "backend/report/explanation.h"
#include "backend/report/load_words.h"
#include "backend/report/name_report.h"
#include "backend/report/service_report.h"
#include "backend/report/status_report.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kHalf = kNow + 3'600'000;
constexpr int64_t kEnd = kNow + 7'200'000;

std::shared_ptr<const Snapshot> Built(const redis::Dataset& dataset) {
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(dataset, change, kNow);
}

// From now on, so long.
std::shared_ptr<const Snapshot> Running(const std::string& over = "2h") {
  return Built(Written(Made(
      BalanceName(ThreeGroups().dataset(), {},
                  {"ftp.example.org", "", "day", "g1=150", over}, AnaNow()))));
}

constexpr const char* kProgress =
    "50.0% of the clients go by the new weights, all at 2027-01-15T10:00:00Z";
constexpr const char* kUndo =
    "to undo: groupring balance ftp.example.org --weights g1=100 --apply";

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a course shows with its progress, its end and what undoes it") {
  const auto snapshot = Running();
  const auto courses = RunningCourses(*snapshot, kHalf);
  REQUIRE(courses.size() == 1);
  CHECK(courses[0].name == "ftp.example.org");
  CHECK(courses[0].names == 1);
  CHECK(CourseWords(courses[0]) == std::string("ftp.example.org: g1 100 to "
                                               "150; ") +
                                       kProgress + "; " + kUndo);
  CHECK(RunningCourses(*snapshot, kEnd).empty());

  const std::string status = StatusText(ReportStatus(*snapshot, {}, kHalf));
  CHECK(Contains(status, "weights  ftp.example.org: g1 100 to 150; "));
  const ServiceReport service = ReportService(*snapshot, {}, {}, kHalf);
  CHECK(Contains(ServiceText(service),
                 std::string("g1 100 to 150; ") + kProgress));
  const auto json = nlohmann::json::parse(ServiceJson(service));
  CHECK(json["weight_courses"][0]["progress"] == 0.5);
  CHECK(json["weight_courses"][0]["groups"][0]["weight_before"] == 100);
}

TEST_CASE("a course is news when it begins and when it ends") {
  const auto at = [](const Snapshot& snapshot, int64_t unix_millis) {
    return ReportService(snapshot, {}, {}, unix_millis);
  };
  const auto news_of_course = [](const ServiceReport& before,
                                 const ServiceReport& now) {
    std::vector<std::string> news = ServiceNews(before, now);
    // Which weights groups have is other news.
    std::erase_if(news, [](const std::string& sentence) {
      return !sentence.starts_with("weights ");
    });
    return news;
  };
  using Lines = std::vector<std::string>;
  const auto snapshot = Running();
  const auto none = Built(ThreeGroups().dataset());
  CHECK(news_of_course(at(*none, kNow), at(*snapshot, kHalf)) ==
        Lines{std::string("weights begin to change: ftp.example.org: g1 100 to "
                          "150; ") +
              kProgress + "; " + kUndo});
  CHECK(ServiceNews(at(*snapshot, kNow), at(*snapshot, kEnd - 1)).empty());
  CHECK(ServiceNews(at(*snapshot, kHalf), at(*snapshot, kEnd)) ==
        Lines{"weights of ftp.example.org have changed: all clients go by the "
              "new ones"});
  // Undone half way.
  CHECK(news_of_course(at(*snapshot, kHalf), at(*none, kHalf)) ==
        Lines{"weights of ftp.example.org change no more over time, which was "
              "to go on until 2027-01-15T10:00:00Z"});
  // Another in its place.
  const auto longer = Running("3h");
  const Lines both = news_of_course(at(*snapshot, kHalf), at(*longer, kHalf));
  REQUIRE(both.size() == 2);
  CHECK(Contains(both[0], "change no more"));
  CHECK(Contains(both[1], "all at 2027-01-15T11:00:00Z"));
}

TEST_CASE("expected shares go from the weights before to the new ones") {
  const auto snapshot = Running();
  const RingView* const view = RingOfName(*snapshot, "ftp.example.org");
  REQUIRE(view != nullptr);
  const auto share_at = [&](int64_t unix_millis) {
    return ExpectedShares(*view, unix_millis).at(*view->ring->IndexOf("g1"));
  };
  CHECK(share_at(kNow) == Approx(1.0 / 3).epsilon(1e-6));
  CHECK(share_at(kHalf) == Approx((1.0 / 3 + 3.0 / 7) / 2).epsilon(1e-6));
  CHECK(share_at(kEnd) == Approx(3.0 / 7).epsilon(1e-6));
}

TEST_CASE("a name shows the weights before until its course ends") {
  const auto snapshot = Running();
  const auto report = ReportName(*snapshot, "ftp.example.org", kHalf);
  REQUIRE(report.has_value());
  const std::string text = NameText(*report);
  CHECK(Contains(text, "100 -> 150"));
  CHECK(Contains(text, std::string("weights  ") + kProgress + "; " + kUndo));
  const auto json = nlohmann::json::parse(NameJson(*report));
  CHECK(json["weights_progress"] == 0.5);
  CHECK(json["groups"][0]["weight_before"] == 100);
  // Half of what it gains: from a third on the way to three sevenths.
  CHECK(json["groups"][0]["share"] > 0.37);
  CHECK(json["groups"][0]["share"] < 0.39);
  const auto ended = ReportName(*snapshot, "ftp.example.org", kEnd);
  CHECK_FALSE(Contains(NameText(*ended), "weights  "));
  CHECK_FALSE(Contains(NameText(*ended), "->"));
}

TEST_CASE("an explanation says which weights the client goes by") {
  const auto snapshot = Running();
  size_t before = 0;
  size_t moved_on = 0;
  for (int i = 0; i < 64; ++i) {
    const auto explanation =
        Explain(*snapshot, "ftp.example.org",
                "192.0." + std::to_string(i) + ".0/24", "", kHalf);
    REQUIRE(explanation.has_value());
    REQUIRE(explanation->course.has_value());
    const std::string text = ExplanationText(*explanation);
    const auto json = nlohmann::json::parse(ExplanationJson(*explanation));
    if (explanation->course->has_moved_on) {
      ++moved_on;
      CHECK(Contains(text, "this slot goes by the new ones; 50.0%"));
      CHECK(json["by_weights_before"] == false);
    } else {
      ++before;
      CHECK(Contains(text, "this slot goes by those before; 50.0%"));
      CHECK(json["by_weights_before"] == true);
    }
  }
  CHECK(before > 16);
  CHECK(moved_on > 16);
  const auto ended =
      Explain(*snapshot, "ftp.example.org", "192.0.2.0/24", "", kEnd);
  CHECK_FALSE(ended->course.has_value());
}

TEST_CASE("loads show where they are known, with their age where old") {
  CHECK(LoadWords({120, 400, kNow / 1000}, kNow) == "120/400 30.0%");
  CHECK(LoadWords({120, 0, kNow / 1000}, kNow) == "120");
  CHECK(LoadWords({120, 400, kNow / 1000 - 7300}, kNow) ==
        "120/400 30.0%, 2h old");
  CHECK(LoadWords({120, 400, 0}, kNow) == "120/400 30.0%, age unknown");
  CHECK(LoadWords({120, 400, kNow / 1000 + 300}, kNow) == "120/400 30.0%");
  CHECK(LoadWords({120, 400, kNow / 1000 + 7300}, kNow) ==
        "120/400 30.0%, from 2h ahead of now");

  redis::Measured measured;
  measured.loads = {{"g1", {120, 400, kNow / 1000}}};
  const auto snapshot = Running();
  const ServiceReport service =
      ReportService(*snapshot, {}, {}, kNow, &measured);
  CHECK(Contains(ServiceText(service), "LOAD"));
  CHECK(Contains(ServiceText(service), "120/400 30.0%"));
  CHECK_FALSE(
      Contains(ServiceText(ReportService(*snapshot, {}, {}, kNow)), "LOAD"));
  const auto json = nlohmann::json::parse(ServiceJson(service));
  CHECK(json["groups"][0]["load"]["used"] == 0.3);
  CHECK(json["groups"][0]["load"]["old"] == false);
  CHECK_FALSE(json["groups"][1].contains("load"));
  const auto name = ReportName(*snapshot, "ftp.example.org", kNow, &measured);
  CHECK(Contains(NameText(*name), "120/400 30.0%"));
  const auto group = ReportGroup(*snapshot, "g1", kNow, 1, {}, &measured);
  CHECK(Contains(GroupText(*group), "load  120/400 30.0%\n"));
}

}  // namespace
}  // namespace groupring::backend
