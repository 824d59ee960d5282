#include "backend/change/withholding_changes.h"

#include <string>
#include <vector>

#include "backend/change/address_changes.h"
#include "backend/change/planner.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kValue = " since=1800000000 by=ana@ns1 reason=kernel";

// Groups of two A and one AAAA each, g1 with a range besides.
DatasetText TwoEach() {
  DatasetText data = ThreeGroups();
  data.SetGroup("g1", {"198.51.100.1", "198.51.100.11", "203.0.113.0/24"},
                {"2001:db8::1"});
  data.SetGroup("g2", {"198.51.100.2", "198.51.100.12"}, {"2001:db8::2"});
  return data;
}

Change Disable(const redis::Dataset& data, const std::string& group,
               const Lines& addresses, const std::string& until = "") {
  return Made(DisableAddresses(data, group, addresses, until, AnaNow()));
}

Lines ObjectionsTo(const Change& change, const redis::Dataset& before) {
  return Texts(MakePlan(before, change, InterlockLimits(), kNow).objections);
}

TEST_CASE("an address is disabled under the name that the set has for it") {
  DatasetText data = TwoEach();
  data.SetGroup("g3", {"198.51.100.3"}, {"2001:DB8::0:3"});
  const Change change = Disable(data.dataset(), "g3", {"2001:db8::3"}, "+1h");
  CHECK(Typed(change) ==
        Lines{std::string("HSET g3:DISABLED 2001:DB8::0:3 until=1800003600") +
              kValue});
  CHECK(Before(change) == "enabled");
  CHECK(After(change) == "DISABLED until 2027-01-15T09:00:00Z");
  CHECK(TargetWords(change) == "g3 2001:DB8::0:3");
  CHECK(change.leaving_group == "g3");
  REQUIRE(change.leaving_addresses.size() == 1);
  CHECK(Remarks(change) ==
        Lines{"g3 has no other AAAA address that is answered: for AAAA its "
              "clients get the next group of their order"});
}

TEST_CASE("a host of a range is disabled alone, what is not there is not") {
  const redis::Dataset data = TwoEach().dataset();
  CHECK(Typed(Disable(data, "g1", {"203.0.113.9"})).size() == 1);
  CHECK(ErrorOf(DisableAddresses(data, "g1", {"198.51.100.2"}, "", AnaNow()),
                absl::StatusCode::kNotFound)
            .starts_with("198.51.100.2 is not in g1, so nothing is disabled"));
  CHECK(ErrorOf(DisableAddresses(data, "ftp.example.org", {"198.51.100.2"}, "",
                                 AnaNow()),
                absl::StatusCode::kInvalidArgument)
            .starts_with("ftp.example.org is a name; expected a group"));
  CHECK(ErrorOf(DisableAddresses(data, "g1", {"x"}, "", AnaNow()),
                absl::StatusCode::kInvalidArgument)
            .find("expected one like") != std::string::npos);
}

TEST_CASE("once disabled only an end or a reason is something to write") {
  const redis::Dataset data =
      Written(Disable(TwoEach().dataset(), "g1", {"198.51.100.1"}),
              TwoEach().dataset());
  const Change again = Disable(data, "g1", {"198.51.100.1"});
  CHECK(again.writes.empty());
  CHECK(Remarks(again) == Lines{"198.51.100.1 is disabled in g1 already"});
  // To be waited for all the same.
  CHECK(again.leaving_addresses.size() == 1);
  CHECK(Typed(Disable(data, "g1", {"198.51.100.1"}, "+1h")).size() == 1);
  // It is out since the first time.
  Occasion later = AnaNow("disk");
  later.unix_millis += 60'000;
  CHECK(
      Typed(Made(DisableAddresses(data, "g1", {"198.51.100.1"}, "", later))) ==
      Lines{"HSET g1:DISABLED 198.51.100.1 since=1800000000 by=ana@ns1 "
            "reason=disk"});
}

TEST_CASE("enabling takes the field away, an expired one, too") {
  const redis::Dataset data = TwoEach().dataset();
  for (const char* until : {"", "+1s"}) {
    const redis::Dataset disabled =
        Written(Disable(data, "g1", {"198.51.100.1"}, until), data);
    Occasion later = AnaNow();
    later.unix_millis += 5000;
    const Change change =
        Made(EnableAddresses(disabled, "g1", {"198.51.100.1"}, later));
    CHECK(Typed(change) == Lines{"HDEL g1:DISABLED 198.51.100.1"});
    CHECK(After(change) == "enabled");
    CHECK(Written(change, disabled).groups.at("g1")->withheld[0] == nullptr);
  }
  CHECK(
      Remarks(Made(EnableAddresses(data, "g1", {"198.51.100.1"}, AnaNow()))) ==
      Lines{"198.51.100.1 is not disabled in g1"});
  CHECK_FALSE(EnableAddresses(data, "g1", {"192.0.2.99"}, AnaNow()).ok());
}

TEST_CASE("a part of a disabled range is not enabled alone") {
  const redis::Dataset data = TwoEach().dataset();
  const redis::Dataset disabled =
      Written(Disable(data, "g1", {"203.0.113.0/24"}), data);
  CHECK(
      ErrorOf(EnableAddresses(disabled, "g1", {"203.0.113.9"}, AnaNow()),
              absl::StatusCode::kFailedPrecondition)
          .starts_with("203.0.113.9 is disabled as a part of 203.0.113.0/24"));
}

TEST_CASE("removing an address removes that it is disabled") {
  const redis::Dataset data = TwoEach().dataset();
  const redis::Dataset disabled =
      Written(Disable(data, "g2", {"198.51.100.2"}), data);
  const Change change = Made(RemoveAddresses(disabled, "g2", {"198.51.100.2"}));
  CHECK(Typed(change) ==
        Lines{"SREM g2:A 198.51.100.2", "HDEL g2:DISABLED 198.51.100.2"});
}

TEST_CASE("the last address of a family counts as the group, for that family") {
  const redis::Dataset data = TwoEach().dataset();
  // One of two leaves the group in service.
  CHECK(ObjectionsTo(Disable(data, "g2", {"198.51.100.2"}), data).empty());
  // One group of three may be out.
  const Change first = Disable(data, "g2", {"198.51.100.2", "198.51.100.12"});
  CHECK(ObjectionsTo(first, data).empty());
  const redis::Dataset g2_out = Written(first, data);
  // A second one for the same family may not,
  CHECK(ObjectionsTo(Disable(g2_out, "g3", {"198.51.100.3"}), g2_out) ==
        Lines{"ftp.example.org would have 2 groups out of service for A (g2, "
              "g3; g2 already is)",
              "ftps.example.org would have 2 groups out of service for A (g2, "
              "g3; g2 already is)"});
  // but for the other one.
  CHECK(ObjectionsTo(Disable(g2_out, "g3", {"2001:db8::3"}), g2_out).empty());
  // A group that is disabled counts for each family.
  DatasetText g3_out = TwoEach();
  SetState(&g3_out, "g3", Disabled());
  CHECK(ObjectionsTo(first, g3_out.dataset()).size() == 2);
}

TEST_CASE("clients of a group that withholds everything are counted as moved") {
  const redis::Dataset data = TwoEach().dataset();
  const Change change =
      Disable(data, "g2", {"198.51.100.2", "198.51.100.12", "2001:db8::2"});
  const Plan plan = MakePlan(data, change, InterlockLimits(), kNow);
  REQUIRE(plan.impact.rings.size() == 1);
  CHECK(plan.impact.rings[0].moved > 0.3);
  CHECK(plan.impact.rings[0].shares_after.at("g2") == 0);
}

TEST_CASE("removing all that is not disabled leaves nothing to answer") {
  const redis::Dataset data = TwoEach().dataset();
  const redis::Dataset disabled =
      Written(Disable(data, "g2", {"198.51.100.2"}), data);
  const Change change =
      Made(RemoveAddresses(disabled, "g2", {"198.51.100.12"}));
  CHECK(ObjectionsTo(change, disabled) ==
        Lines{"g2 would have no A address left to answer for ftp.example.org "
              "and 1 more name"});
}

}  // namespace
}  // namespace groupring::backend
