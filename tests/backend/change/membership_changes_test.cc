#include "backend/change/membership_changes.h"

#include <string>
#include <vector>

#include "backend/change/planner.h"
#include "redis/model/availability.h"
#include "redis/schema/raw_value.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

uint32_t WeightOf(const Change& change, const std::string& name,
                  const std::string& group) {
  const redis::Dataset written = Written(change);
  for (const auto& member : *written.names.at(name)->groups) {
    if (member.name == group) return member.weight;
  }
  return 9999;
}

TEST_CASE("a weight is that of one name; its ring mates are named") {
  const Change change =
      Made(SetWeight(ThreeGroups().dataset(), "FTP.example.org.", "g1", "50"));
  CHECK(Typed(change) == Lines{"HSET ftp.example.org:WEIGHTS g1 50"});
  CHECK(Before(change) == "weight 100");
  CHECK(After(change) == "weight 50");
  CHECK(TargetWords(change) == "g1 of ftp.example.org");
  CHECK(WeightOf(change, "ftp.example.org", "g1") == 50);
  CHECK(WeightOf(change, "ftps.example.org", "g1") == 100);
  REQUIRE(change.remarks.size() == 1);
  CHECK(Remarks(change)[0].find("ftps.example.org had the same groups") == 0);
}

TEST_CASE("a weight as it is already is not written") {
  const Change change =
      Made(SetWeight(ThreeGroups().dataset(), "ftp.example.org", "g1", "100"));
  CHECK(change.writes.empty());
  CHECK(Remarks(change) ==
        Lines{"g1 has weight 100 at ftp.example.org already"});
}

TEST_CASE("what is no weight is refused, saying what is one") {
  for (const char* weight : {"", "x", "-1", "1001", "1.5"}) {
    CAPTURE(weight);
    CHECK(
        ErrorOf(
            SetWeight(ThreeGroups().dataset(), "ftp.example.org", "g1", weight),
            absl::StatusCode::kInvalidArgument)
            .find("expected a whole number from 0 (answers nobody) to 1000") !=
        std::string::npos);
  }
}

TEST_CASE("the weight of a group that is not on the name") {
  CHECK(
      ErrorOf(SetWeight(ThreeGroups().dataset(), "ftp.example.org", "g4", "50"),
              absl::StatusCode::kNotFound) ==
      "ftp.example.org has no group g4; did you mean g1?");
  CHECK(
      ErrorOf(SetWeight(ThreeGroups().dataset(), "ftb.example.org", "g1", "50"),
              absl::StatusCode::kNotFound) ==
      "there is no name ftb.example.org; did you mean ftp.example.org?");
}

TEST_CASE("a known group joins a name with the weight that was said") {
  DatasetText data = ThreeGroups();
  data.Set("other.test", DatasetText::OnGroups({"g1"}));
  const Change plain = Made(
      AddGroup(data.dataset(), "other.test", "g2", "", "", false, AnaNow()));
  CHECK(Typed(plain) ==
        Lines{"SADD other.test:GROUPS g2", "HDEL other.test:WEIGHTS g2"});
  CHECK(WeightOf(plain, "other.test", "g2") == 100);
  const Change weighed = Made(
      AddGroup(data.dataset(), "other.test", "g2", "30", "", false, AnaNow()));
  CHECK(Typed(weighed) ==
        Lines{"SADD other.test:GROUPS g2", "HSET other.test:WEIGHTS g2 30"});
  CHECK(WeightOf(weighed, "other.test", "g2") == 30);
  CHECK(Made(AddGroup(data.dataset(), "other.test", "g1", "", "", false,
                      AnaNow()))
            .writes.empty());
}

TEST_CASE("a ring that has as many groups as it can takes no other") {
  std::vector<std::string> groups;
  for (int64_t i = 1; i < redis::kMaxGroupsOfName; ++i) {
    groups.push_back("many-" + std::to_string(i));
  }
  DatasetText data = ThreeGroups();
  data.Set("other.test", DatasetText::OnGroups(groups));
  const auto add = [&](const std::string& group) {
    return AddGroup(data.dataset(), "other.test", group, "", "", false,
                    AnaNow());
  };
  CHECK(Made(add("g1")).writes.size() == 1);
  groups.push_back("g1");
  data.Set("other.test", DatasetText::OnGroups(groups));
  CHECK(ErrorOf(add("g2"), absl::StatusCode::kFailedPrecondition) ==
        "other.test has 65535 groups already, which is as many as a ring can "
        "have");
  CHECK(Made(add("g1")).writes.empty());
}

TEST_CASE("new names and groups are made only when that is asked for") {
  const DatasetText data = ThreeGroups();
  CHECK(ErrorOf(AddGroup(data.dataset(), "ftp.example.org", "g11", "", "",
                         false, AnaNow()),
                absl::StatusCode::kNotFound) ==
        "there is no group g11 on any name; did you mean g1? (--create makes a "
        "new one)");
  CHECK_FALSE(
      AddGroup(data.dataset(), "new.example.org", "g1", "", "", false, AnaNow())
          .ok());
  const Change change = Made(AddGroup(data.dataset(), "new.example.org", "g9",
                                      "", "", true, AnaNow()));
  CHECK(Typed(change) ==
        Lines{"SADD new.example.org:GROUPS g9",
              "HDEL new.example.org:WEIGHTS g9",
              "HSET new.example.org:CONFIG ANSWER group_consistent_hash"});
  CHECK(Written(change).groups.contains("g9"));
  CHECK_FALSE(
      AddGroup(data.dataset(), "ftp.example.org", "g 9", "", "", true, AnaNow())
          .ok());
  CHECK_FALSE(
      AddGroup(data.dataset(), "no name", "g1", "", "", true, AnaNow()).ok());
}

TEST_CASE("a group leaves a name, with its weight") {
  const Change change =
      Made(RemoveGroup(ThreeGroups().dataset(), "ftp.example.org", "g2"));
  CHECK(Typed(change) == Lines{"SREM ftp.example.org:GROUPS g2",
                               "HDEL ftp.example.org:WEIGHTS g2"});
  CHECK(WeightOf(change, "ftp.example.org", "g2") == 9999);
  CHECK(ErrorOf(RemoveGroup(ThreeGroups().dataset(), "ftp.example.org", "g7"),
                absl::StatusCode::kNotFound)
            .find("ftp.example.org has no group g7") == 0);
}

TEST_CASE("a group fills from nothing as it comes to a name") {
  DatasetText data = ThreeGroups();
  data.SetGroup("g4", {"198.51.100.4"}, {"2001:db8::4"});
  const auto add = [&](const std::string& name) {
    return AddGroup(data.dataset(), name, "g4", "200", "30m", false, AnaNow());
  };
  const Change change = Made(add("ftp.example.org"));
  CHECK(Typed(change) ==
        Lines{"DEL g4:STATE",
              "HSET g4:STATE state filling start 1800000000 duration 1800 "
              "since 1800000000 by ana@ns1 reason kernel",
              "SADD ftp.example.org:GROUPS g4",
              "HSET ftp.example.org:WEIGHTS g4 200"});
  CHECK(After(change) == "weight 200, FILLING over 30m");
  CHECK(Remarks(change)[0] == "the ramp ends at 2027-01-15T08:30:00Z");
  const Plan plan = MakePlan(data.dataset(), change, InterlockLimits(), kNow);
  // It is judged when it has come to its end, and takes nothing away before.
  CHECK(plan.objections.empty());
  REQUIRE(plan.impact.rings.size() == 1);
  CHECK(plan.impact.rings[0].shares_after.at("g4") > 0.39);

  // Now: no client has moved.
  const redis::Dataset after = Written(change, data.dataset());
  CHECK(redis::AnsweredShare(*after.groups.at("g4"), kNow) == 0);
}

TEST_CASE("a group that could not fill from nothing is refused, saying why") {
  DatasetText data = ThreeGroups();
  data.SetGroup("g4", {"198.51.100.4"}, {}, Disabled());
  data.SetGroup("g5", {"198.51.100.5"}, {});
  data.Set("one.example.org", DatasetText::OnGroups({}));
  const auto error = [&](const std::string& name, const std::string& group) {
    return std::string(
        AddGroup(data.dataset(), name, group, "", "30m", true, AnaNow())
            .status()
            .message());
  };
  data.Set("other.example.org", DatasetText::OnGroups({"g1"}));
  CHECK(error("other.example.org", "g2")
            .find("where it would begin from "
                  "nothing") != std::string::npos);
  CHECK(error("ftp.example.org", "g4").starts_with("--over: g4 is disabled"));
  CHECK(error("one.example.org", "g5") ==
        "--over: one.example.org has no other group that could answer "
        "meanwhile");
  CHECK(AddGroup(data.dataset(), "ftp.example.org", "g5", "", "soon", false,
                 AnaNow())
            .status()
            .message()
            .find("is no duration") != absl::string_view::npos);
}

}  // namespace
}  // namespace groupring::backend
