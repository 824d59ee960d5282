// Balances whose weights take effect over time.
#include <string>
#include <vector>

#include "backend/change/balance_changes.h"
#include "backend/change/membership_changes.h"
#include "backend/change/operands.h"
#include "backend/change/planner.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kName = "ftp.example.org";

absl::StatusOr<Change> Balance(const redis::Dataset& dataset,
                               const std::string& weights,
                               const std::string& over, int64_t now = kNow) {
  return BalanceName(dataset, {}, {kName, "", "day", weights, over},
                     {"ana@ns1", "", now});
}

bool HasRemark(const Change& change, const std::string& begin) {
  for (const std::string& remark : Remarks(change)) {
    if (remark.find(begin) == 0) return true;
  }
  return false;
}

TEST_CASE("a balance over time writes its course once, with its weights") {
  const Change change =
      Made(Balance(ThreeGroups().dataset(), "g1=120,g3=80", "2h"));
  CHECK(Typed(change) ==
        Lines{"HSET ftp.example.org:WEIGHTS g1 120",
              "HSET ftp.example.org:WEIGHTS g3 80",
              "HSET ftp.example.org:WEIGHTS groupring:start 1800000000 "
              "groupring:duration 7200 groupring:from:g1 100 groupring:from:g2 "
              "100 groupring:from:g3 100"});
  CHECK(After(change) == "weights g1 120, g2 100, g3 80 over 2h");
  CHECK(change.settled_unix_seconds == kNow / 1000 + 7200);
  CHECK(HasRemark(change, "the ramp ends at 2027-01-15T10:00:00Z"));
  CHECK(HasRemark(change,
                  "to undo: groupring balance ftp.example.org --weights "
                  "g1=100,g2=100,g3=100 --apply"));
}

TEST_CASE("the plan of a balance over time moves whom it moves in the end") {
  const DatasetText data = ThreeGroups();
  const auto moved = [&](const std::string& over) {
    const Plan plan =
        MakePlan(data.dataset(), Made(Balance(data.dataset(), "g1=150", over)),
                 InterlockLimits(), kNow, redis::HealthData());
    REQUIRE(plan.impact.rings.size() == 1);
    return plan.impact.rings[0].moved;
  };
  CHECK(moved("2h") > 0.05);
  CHECK(moved("2h") == moved(""));
}

TEST_CASE("undoing a balance ends its course") {
  const redis::Dataset running =
      Written(Made(Balance(ThreeGroups().dataset(), "g1=120", "2h")));
  const Change undo =
      Made(Balance(running, "g1=100,g2=100,g3=100", "", kNow + 60'000));
  CHECK(Typed(undo) ==
        Lines{"HSET ftp.example.org:WEIGHTS g1 100",
              "HDEL ftp.example.org:WEIGHTS groupring:start groupring:duration "
              "groupring:from:g1 groupring:from:g2 groupring:from:g3"});
  CHECK(HasRemark(undo, "the weights were on their way; that ends"));
  const redis::Dataset undone = Written(undo, running);
  CHECK(*undone.names.at(kName)->groups ==
        *ThreeGroups().dataset().names.at(kName)->groups);

  // The weights that it is on the way to, for all clients at once.
  const Change at_once = Made(Balance(running, "g1=120", "", kNow + 60'000));
  REQUIRE(Typed(at_once).size() == 1);
  CHECK(Typed(at_once)[0].find("HDEL ") == 0);
}

TEST_CASE("a second course is refused until the first has ended") {
  const redis::Dataset running =
      Written(Made(Balance(ThreeGroups().dataset(), "g1=120", "2h")));
  const std::string why = ErrorOf(Balance(running, "g1=90", "1h", kNow + 1000),
                                  absl::StatusCode::kFailedPrecondition);
  CHECK(why.find("on their way until 2027-01-15T10:00:00Z") !=
        std::string::npos);
  CHECK(why.find("--weights g1=120,g2=100,g3=100 --apply") !=
        std::string::npos);
  ErrorOf(BalanceName(running, {}, {kName, "equal", "day", ""},
                      {"ana@ns1", "", kNow + 1000}),
          absl::StatusCode::kFailedPrecondition);
  const Change next = Made(Balance(running, "g1=90", "1h", kNow + 7'200'000));
  CHECK(After(next) == "weights g1 90, g2 100, g3 100 over 1h");
  CHECK_FALSE(HasRemark(next, "the weights were on their way"));
}

TEST_CASE("only weights above 0 change over time, and by a duration") {
  const redis::Dataset dataset = ThreeGroups().dataset();
  CHECK(ErrorOf(Balance(dataset, "g1=0", "2h"),
                absl::StatusCode::kInvalidArgument)
            .find("--over: g1 would come from weight 100 to 0") == 0);
  CHECK(ErrorOf(Balance(dataset, "g1=50", "soon"),
                absl::StatusCode::kInvalidArgument)
            .find("--over: \"soon\" is no duration") == 0);
}

TEST_CASE("a group's own weight counts at once while others are on the way") {
  const redis::Dataset running =
      Written(Made(Balance(ThreeGroups().dataset(), "g1=120,g2=80", "2h")));
  const Change weight = Made(SetWeight(running, kName, "g1", "110"));
  CHECK(Typed(weight) ==
        Lines{"HSET ftp.example.org:WEIGHTS g1 110",
              "HDEL ftp.example.org:WEIGHTS groupring:from:g1"});
  const redis::Dataset after = Written(weight, running);
  const redis::GroupList& groups = *after.names.at(kName)->groups;
  CHECK(groups.course.exists());
  CHECK(groups[0].weight_before == 0);
  CHECK(groups[1].weight_before == 100);
  const Change same = Made(SetWeight(running, kName, "g1", "120"));
  CHECK(Typed(same).size() == 2);
}

TEST_CASE("no group can be called as groupring's own fields are") {
  const absl::Status status = CheckGroupName("groupring:start");
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace groupring::backend
