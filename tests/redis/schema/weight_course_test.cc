// Weights that take effect over time, as `<name>:WEIGHTS` says.
#include <memory>
#include <string>
#include <vector>

#include "redis/model/availability.h"
#include "redis/schema/dataset_edit.h"
#include "redis/schema/name_head.h"
#include "redis/schema/write_batch.h"
#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

// The groups g1 and g2 with this hash.
GroupList Read(const Strings& weights, const NameData* before,
               Complaints* complaints) {
  RawNameHead raw;
  raw.groups = Holding({"g1", "g2"});
  raw.weights = Holding(weights);
  return ParseNameHead("n", raw, before, false, complaints).groups;
}

NameData InForce(const Strings& weights) {
  Complaints none;
  NameData name;
  name.name = "n";
  name.groups =
      std::make_shared<const GroupList>(Read(weights, nullptr, &none));
  REQUIRE(none.empty());
  return name;
}

const Strings kCourse = {"g1",
                         "120",
                         "groupring:from:g1",
                         "100",
                         "groupring:start",
                         "1000",
                         "groupring:duration",
                         "60"};

TEST_CASE("a course has its time and the weights before") {
  Complaints complaints;
  const GroupList list = Read(kCourse, nullptr, &complaints);
  CHECK(complaints.empty());
  CHECK(list.course == WeightCourse{1000, 60});
  CHECK(list.course.end() == 1060);
  CHECK(list[0] == WeightedGroup{"g1", 120, 100});
  CHECK(list[1] == WeightedGroup{"g2", 100, 0});
}

TEST_CASE("without a duration the weights count for all clients") {
  for (const Strings& weights :
       {Strings{"g1", "120", "groupring:from:g1", "100"},
        Strings{"g1", "120", "groupring:from:g1", "100", "groupring:start",
                "1000"}}) {
    Complaints complaints;
    const GroupList list = Read(weights, nullptr, &complaints);
    CHECK(complaints.empty());
    CHECK_FALSE(list.course.exists());
    CHECK(list[0] == WeightedGroup{"g1", 120, 0});
  }
}

TEST_CASE("what makes no sense is complained of, and the last value holds") {
  const NameData before = InForce(kCourse);
  Complaints complaints;
  const GroupList list =
      Read({"g1", "130", "groupring:from:g1", "0", "groupring:start", "soon",
            "groupring:duration", "-1"},
           &before, &complaints);
  CHECK(Lines(complaints) ==
        Strings{"n:WEIGHTS: field \"groupring:start\": \"soon\" is no time in "
                "unix seconds (a whole number from 0 to 253402300799); 1000 is "
                "used instead",
                "n:WEIGHTS: field \"groupring:duration\": \"-1\" is no "
                "duration in seconds (a whole number from 0 to 3162240000); 60 "
                "is used instead",
                "n:WEIGHTS: field \"groupring:from:g1\": \"0\" is no weight (a "
                "whole number from 1 to 1000); 100 is used instead"});
  CHECK(list.course == WeightCourse{1000, 60});
  CHECK(list[0] == WeightedGroup{"g1", 130, 100});
}

TEST_CASE("weights that cannot be read leave the course as it was") {
  const NameData before = InForce(kCourse);
  RawNameHead raw;
  raw.groups = Holding({"g1", "g2", "g3"});
  raw.weights = Denied();
  Complaints complaints;
  const GroupList list =
      ParseNameHead("n", raw, &before, false, &complaints).groups;
  CHECK(list.course == WeightCourse{1000, 60});
  CHECK(list[0] == WeightedGroup{"g1", 120, 100});
  CHECK(list[2] == WeightedGroup{"g3", 100, 0});
}

TEST_CASE("a course goes on by the clock and ends") {
  const WeightCourse course{1000, 60};
  CHECK(CourseProgress(course, 999'000) == 0);
  CHECK(CourseProgress(course, 1'000'000) == 0);
  CHECK(CourseProgress(course, 1'030'000) == kWholeShare / 2);
  CHECK(CourseProgress(course, 1'060'000) == kWholeShare);
  CHECK(CourseProgress({}, 0) == kWholeShare);
}

TEST_CASE("what is written is what is read") {
  Dataset dataset;
  dataset.names.Set(std::make_shared<const NameData>(InForce({})));
  const WriteBatch begin = {
      SetWeight{"n", "g1", 120},
      SetWeightCourse{"n", {1000, 60}, {{"g1", 100}, {"g2", 100}}}};
  const auto commands = CommandsOf(begin);
  REQUIRE(commands.size() == 2);
  CHECK(commands[1].words == Strings{"HSET", "n:WEIGHTS", "groupring:start",
                                     "1000", "groupring:duration", "60",
                                     "groupring:from:g1", "100",
                                     "groupring:from:g2", "100"});
  dataset = Apply(begin, std::move(dataset)).dataset;
  GroupList list = *dataset.names.at("n")->groups;
  CHECK(list.course == WeightCourse{1000, 60});
  CHECK(list[0] == WeightedGroup{"g1", 120, 100});
  CHECK(list[1] == WeightedGroup{"g2", 100, 100});

  // One group's weight counts at once, the other's goes on.
  dataset =
      Apply({EndWeightCourse{"n", {"g2"}, false}}, std::move(dataset)).dataset;
  list = *dataset.names.at("n")->groups;
  CHECK(list.course.exists());
  CHECK(list[0].weight_before == 100);
  CHECK(list[1].weight_before == 0);

  const WriteBatch end = {EndWeightCourse{"n", {"g1", "g2"}}};
  CHECK(CommandsOf(end)[0].words ==
        Strings{"HDEL", "n:WEIGHTS", "groupring:start", "groupring:duration",
                "groupring:from:g1", "groupring:from:g2"});
  list = *Apply(end, std::move(dataset)).dataset.names.at("n")->groups;
  CHECK_FALSE(list.course.exists());
  CHECK(list[0] == WeightedGroup{"g1", 120, 0});
}

}  // namespace
}  // namespace groupring::redis
