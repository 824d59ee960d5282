#include "backend/change/group_changes.h"

#include <string>
#include <vector>

#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

redis::GroupState StateOf(const Change& change, const std::string& group) {
  return Written(change).groups.at(group)->state;
}

redis::GroupState Settled(const Change& change) {
  REQUIRE(change.settled.size() == 1);
  return std::get<redis::SetGroupState>(change.settled[0]).state;
}

double Kept(const redis::GroupState& state, int64_t unix_millis) {
  return static_cast<double>(RetainedShare(state, unix_millis)) /
         static_cast<double>(redis::kWholeShare);
}

redis::GroupState Ramp(redis::AdminState kind, int64_t gone_seconds,
                       int64_t duration) {
  redis::GroupState state;
  state.state = kind;
  state.start = kNow / 1000 - gone_seconds;
  state.duration = duration;
  return state;
}

TEST_CASE("disable writes the state, who, why and since when") {
  const Change change = Made(
      DisableGroup(ThreeGroups().dataset(), "g1", "", AnaNow("kernel 6.1")));
  CHECK(Typed(change) ==
        Lines{"DEL g1:STATE",
              "HSET g1:STATE state disabled since 1800000000 by ana@ns1 reason "
              "kernel 6.1"});
  CHECK(change.kind == redis::ChangeKind::kGroupDisable);
  CHECK(TargetWords(change) == "g1");
  CHECK(Before(change) == "in service");
  CHECK(After(change) == "DISABLED");
  CHECK(change.leaving_group == "g1");
  CHECK(Kept(StateOf(change, "g1"), kNow) == 0);
  CHECK(Kept(StateOf(change, "g2"), kNow) == 1);
  CHECK(change.about.groups == Lines{"g1"});
}

TEST_CASE("disable until a time") {
  const Change change =
      Made(DisableGroup(ThreeGroups().dataset(), "g1", "+10m", AnaNow("")));
  CHECK(Typed(change)[1] ==
        "HSET g1:STATE state disabled until 1800000600 since 1800000000 by "
        "ana@ns1");
  CHECK(After(change) == "DISABLED until 2027-01-15T08:10:00Z");
  CHECK(Kept(StateOf(change, "g1"), kNow + 600'000) == 1);
}

TEST_CASE("a group that is disabled already is left alone") {
  DatasetText data = ThreeGroups();
  redis::GroupState state = Disabled();
  state.by = "bob@ns2";
  state.reason = "disk";
  state.since = kNow / 1000 - 60;
  SetState(&data, "g1", state);
  const Change same = Made(DisableGroup(data.dataset(), "g1", "", AnaNow("")));
  CHECK(same.writes.empty());
  CHECK(Remarks(same) ==
        Lines{"g1 is DISABLED already (by bob@ns2, since 2027-01-15T07:59:00Z, "
              "\"disk\")"});
  CHECK(same.leaving_group == "g1");

  // Another reason or end is written; it has been out since it was taken out.
  const Change reason =
      Made(DisableGroup(data.dataset(), "g1", "", AnaNow("kernel")));
  CHECK(Typed(reason)[1] ==
        "HSET g1:STATE state disabled since 1799999940 by ana@ns1 reason "
        "kernel");
  const Change until =
      Made(DisableGroup(data.dataset(), "g1", "1h", AnaNow("")));
  CHECK(Typed(until)[1] ==
        "HSET g1:STATE state disabled until 1800003600 since 1799999940 by "
        "ana@ns1 reason disk");
}

TEST_CASE("a repeated disable without an end takes the end away") {
  DatasetText data = ThreeGroups();
  redis::GroupState state = Disabled();
  state.until = kNow / 1000 + 60;
  SetState(&data, "g1", state);
  const Change change =
      Made(DisableGroup(data.dataset(), "g1", "", AnaNow("")));
  CHECK(Before(change) == "DISABLED until 2027-01-15T08:01:00Z");
  CHECK(After(change) == "DISABLED");
  CHECK(StateOf(change, "g1").until == 0);
}

TEST_CASE("enable leaves who, why and when, and no ramp or end") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g1", Disabled());
  const Change change = Made(EnableGroup(data.dataset(), "g1", AnaNow()));
  CHECK(Typed(change) == Lines{"DEL g1:STATE",
                               "HSET g1:STATE state enabled since 1800000000 "
                               "by ana@ns1 reason kernel"});
  CHECK(Before(change) == "DISABLED");
  CHECK(After(change) == "in service");
  CHECK(change.leaving_group.empty());
  CHECK(Made(EnableGroup(data.dataset(), "g2", AnaNow())).writes.empty());
}

TEST_CASE("enable says so when the group has nothing to answer") {
  DatasetText data = ThreeGroups();
  data.SetGroup("g1", {}, {}, Disabled());
  const Change change = Made(EnableGroup(data.dataset(), "g1", AnaNow()));
  CHECK(Remarks(change) ==
        Lines{"g1 has no address, so it answers nobody; `groupring address add "
              "g1 IP` gives it some"});
}

TEST_CASE("a state whose end has passed counts as in service") {
  DatasetText data = ThreeGroups();
  redis::GroupState state = Disabled();
  state.until = kNow / 1000;
  SetState(&data, "g1", state);
  const Change change = Made(DisableGroup(data.dataset(), "g1", "", AnaNow()));
  CHECK(Before(change) == "in service");
  CHECK(change.writes.size() == 1);
}

TEST_CASE("drain writes a start and a duration, and settles as disabled") {
  const Change change =
      Made(DrainGroup(ThreeGroups().dataset(), "g1", "30m", "", AnaNow("")));
  CHECK(Typed(change)[1] ==
        "HSET g1:STATE state draining start 1800000000 duration 1800 since "
        "1800000000 by ana@ns1");
  CHECK(After(change) == "DRAINING over 30m");
  CHECK(change.settled_unix_seconds == 1800001800);
  CHECK(Kept(StateOf(change, "g1"), kNow) == 1);
  CHECK(Kept(StateOf(change, "g1"), kNow + 900'000) == Approx(0.5));
  CHECK(Kept(Settled(change), kNow) == 0);
  CHECK(change.leaving_group == "g1");
}

TEST_CASE("a drain begun while the group is part filled does not jump") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g1", Ramp(redis::AdminState::kFilling, 600, 1000));
  const double before = Kept(data.dataset().groups.at("g1")->state, kNow);
  CHECK(before == Approx(0.6));
  const Change change =
      Made(DrainGroup(data.dataset(), "g1", "30m", "", AnaNow()));
  CHECK(Kept(StateOf(change, "g1"), kNow) == Approx(before).margin(0.0006));
  CHECK(Kept(StateOf(change, "g1"), kNow) <= before);
  CHECK(change.settled_unix_seconds == 1800001800 - 721);
  CHECK(Remarks(change) ==
        Lines{"40.0% of its clients are gone already: the ramp goes on from "
              "there and ends at 2027-01-15T08:17:59Z, in 17m59s"});
}

TEST_CASE("a fill begun while the group is part drained does not jump") {
  for (const int64_t gone : {1, 137, 400, 999}) {
    CAPTURE(gone);
    DatasetText data = ThreeGroups();
    SetState(&data, "g1", Ramp(redis::AdminState::kDraining, gone, 1000));
    const double before = Kept(data.dataset().groups.at("g1")->state, kNow);
    const Change change =
        Made(FillGroup(data.dataset(), "g1", "1h", "", AnaNow()));
    const double after = Kept(StateOf(change, "g1"), kNow);
    CHECK(after == Approx(before).margin(0.0003));
    CHECK(after >= before);
    CHECK(change.leaving_group.empty());
  }
}

TEST_CASE("another pace goes on from where the drain is") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g1", Ramp(redis::AdminState::kDraining, 900, 1800));
  const Change faster =
      Made(DrainGroup(data.dataset(), "g1", "10m", "", AnaNow()));
  CHECK(Kept(StateOf(faster, "g1"), kNow) == Approx(0.5));
  CHECK(faster.settled_unix_seconds == kNow / 1000 + 300);
}

TEST_CASE("the same drain again is left alone and says when it ends") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g1", Ramp(redis::AdminState::kDraining, 900, 1800));
  const Change same =
      Made(DrainGroup(data.dataset(), "g1", "30m", "", AnaNow("")));
  CHECK(same.writes.empty());
  CHECK(Remarks(same) == Lines{"g1 is DRAINING 50.0% already",
                               "the ramp ends at 2027-01-15T08:15:00Z"});
  CHECK(same.settled_unix_seconds == kNow / 1000 + 900);
  // With a reason it is written again, at the same pace.
  const Change reason =
      Made(DrainGroup(data.dataset(), "g1", "30m", "", AnaNow("disk")));
  CHECK(Typed(reason)[1] ==
        "HSET g1:STATE state draining start 1799999100 duration 1800 since "
        "1800000000 by ana@ns1 reason disk");
}

TEST_CASE("a group that is out has nothing to drain, one in service to fill") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g1", Disabled());
  const Change drain =
      Made(DrainGroup(data.dataset(), "g1", "30m", "", AnaNow()));
  CHECK(drain.writes.empty());
  CHECK(Remarks(drain) == Lines{"g1 is DISABLED already"});
  const Change fill =
      Made(FillGroup(data.dataset(), "g2", "30m", "", AnaNow()));
  CHECK(fill.writes.empty());
  CHECK(Remarks(fill) == Lines{"g2 is in service already"});
}

TEST_CASE("a disabled group fills from nothing") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g1", Disabled());
  const Change change =
      Made(FillGroup(data.dataset(), "g1", "30m", "", AnaNow()));
  CHECK(Kept(StateOf(change, "g1"), kNow) == 0);
  CHECK(After(change) == "FILLING over 30m");
  CHECK(Kept(Settled(change), kNow) == 1);
}

TEST_CASE("an end before the ramp's is refused") {
  CHECK(
      ErrorOf(DrainGroup(ThreeGroups().dataset(), "g1", "30m", "10m", AnaNow()),
              absl::StatusCode::kInvalidArgument) ==
      "--until 2027-01-15T08:10:00Z is before the end of the ramp, "
      "2027-01-15T08:30:00Z; expected a later time or a shorter --over");
}

TEST_CASE("an end with the ramp's is taken") {
  const Change change =
      Made(DrainGroup(ThreeGroups().dataset(), "g1", "30m", "30m", AnaNow()));
  CHECK(StateOf(change, "g1").until == kNow / 1000 + 1800);
  CHECK(change.settled_unix_seconds == kNow / 1000 + 1800);
}

TEST_CASE("an unknown group is told from the nearest one") {
  const DatasetText data = ThreeGroups();
  for (const auto& change :
       {DisableGroup(data.dataset(), "g11", "", AnaNow()),
        EnableGroup(data.dataset(), "g11", AnaNow()),
        DrainGroup(data.dataset(), "g11", "30m", "", AnaNow())}) {
    CHECK(ErrorOf(change, absl::StatusCode::kNotFound) ==
          "there is no group g11 on any name; did you mean g1?");
  }
  CHECK(ErrorOf(EnableGroup(data.dataset(), "something-else", AnaNow()),
                absl::StatusCode::kNotFound) ==
        "there is no group something-else on any name; `groupring group list` "
        "shows them all");
}

}  // namespace
}  // namespace groupring::backend
