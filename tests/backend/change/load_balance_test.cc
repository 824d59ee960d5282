// Balances by what the proxies say.
#include "backend/change/load_balance.h"

#include <string>
#include <vector>

#include "backend/change/balance_changes.h"
#include "backend/clients/question_shares.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kAt = kNow / 1000 - 60;

absl::StatusOr<Change> ByLoad(const redis::Dataset& dataset,
                              const redis::GroupLoads& loads,
                              const redis::TrafficProfile& traffic = {}) {
  return BalanceName(dataset, traffic,
                     {"ftp.example.org", "", "day", "", "", "load"}, AnaNow(),
                     loads);
}

double Weight(const redis::Dataset& dataset, size_t group) {
  return (*dataset.names.at("ftp.example.org")->groups)[group].weight;
}

TEST_CASE("by load a group gets what its capacity is worth") {
  // g1 is used to 80 %, the others to 40 %: on average to 50 %.
  const redis::GroupLoads loads = {
      {"g1", {80, 100, kAt}}, {"g2", {80, 200, kAt}}, {"g3", {40, 100, kAt}}};
  const Change change = Made(ByLoad(ThreeGroups().dataset(), loads));
  const redis::Dataset after = Written(change);
  const double g1 = Weight(after, 0);
  CHECK(g1 / Weight(after, 1) > 0.46);
  CHECK(g1 / Weight(after, 1) < 0.54);
  CHECK(g1 / Weight(after, 2) > 0.46);
  CHECK(g1 / Weight(after, 2) < 0.54);
  CHECK(Remarks(change)[0].find(
            "used of their capacity: g1 80.0%, then about ") == 0);
  // Nothing has been counted here.
  CHECK(Remarks(change)[1].find("no questions have been counted, so all "
                                "clients count alike; shares of them: g1 ") ==
        0);
}

TEST_CASE("by load nothing changes where all are used alike") {
  const redis::GroupLoads loads = {
      {"g1", {50, 100, kAt}}, {"g2", {101, 200, kAt}}, {"g3", {25, 50, kAt}}};
  const Change change = Made(ByLoad(ThreeGroups().dataset(), loads));
  CHECK(change.writes.empty());
  CHECK(Remarks(change).back() == "the weights are as they should be");
}

TEST_CASE("by load a share is at most halved or doubled at a time") {
  std::vector<BalanceGroup> groups = {{"g1", 100, 0}, {"g2", 100, 0}};
  const std::vector<float> questions(hashing::kSlots, 1.0F / hashing::kSlots);
  WantEvenLoad({{"g1", {900, 1000, kAt}}, {"g2", {0, 1000, kAt}}}, questions,
               &groups);
  CHECK(groups[0].wanted + groups[1].wanted > 0.999);
  CHECK(groups[1].wanted / groups[0].wanted > 3.9);
  CHECK(groups[1].wanted / groups[0].wanted < 4.1);
}

TEST_CASE("by load needs a load of each group that says something") {
  DatasetText data = ThreeGroups();
  const auto why = [&](const redis::GroupLoads& loads) {
    return ErrorOf(ByLoad(data.dataset(), loads),
                   absl::StatusCode::kFailedPrecondition);
  };
  redis::GroupLoads loads = {{"g1", {80, 100, kAt}}, {"g2", {80, 200, kAt}}};
  CHECK(why(loads).find("--by load: g3 has no load in Redis; expected HSET "
                        "groupring:load:g3 sessions N") == 0);
  loads["g3"] = {40, 0, kAt};
  CHECK(why(loads).find("g3 has a load without a capacity") !=
        std::string::npos);
  loads["g3"] = {40, 100, 0};
  CHECK(why(loads).find("does not say since when") != std::string::npos);
  loads["g3"] = {40, 100, kNow / 1000 - 301};
  CHECK(why(loads).find("that is 301 s old") != std::string::npos);
  loads["g3"] = {40, 100, kNow / 1000 + 301};
  CHECK(why(loads).find("from 301 s ahead of now") != std::string::npos);
  loads["g3"] = {40, 100, kNow / 1000 + 300};
  CHECK(ByLoad(data.dataset(), loads).ok());
  loads["g3"] = {40, 100, kAt};
  SetState(&data, "g2", Disabled());
  CHECK(why(loads).find("--by load: g2 is disabled") == 0);
  CHECK(ErrorOf(BalanceName(data.dataset(), {},
                            {"ftp.example.org", "equal", "day", "", "", "load"},
                            AnaNow(), loads),
                absl::StatusCode::kInvalidArgument)
            .find("without --wanted and --weights") != std::string::npos);
  CHECK(ErrorOf(BalanceName(data.dataset(), {},
                            {"ftp.example.org", "", "day", "", "", "sessions"}),
                absl::StatusCode::kInvalidArgument)
            .find("expected questions or load") != std::string::npos);
}

}  // namespace
}  // namespace groupring::backend
