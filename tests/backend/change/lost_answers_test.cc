#include "backend/change/lost_answers.h"

#include <string>
#include <vector>

#include "backend/change/interlock.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

std::shared_ptr<const Snapshot> Build(const DatasetText& data) {
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, kNow);
}

Lines Lost(const DatasetText& before, const DatasetText& after) {
  return Texts(LostAnswers(*Build(before), *Build(after), kNow));
}

TEST_CASE("nothing is lost where nothing changes") {
  CHECK(Lost(ThreeGroups(), ThreeGroups()).empty());
}

TEST_CASE("a group's last address of a family is lost, once for all names") {
  DatasetText after = ThreeGroups();
  after.SetGroup("g2", {"198.51.100.2"}, {});
  CHECK(Lost(ThreeGroups(), after) ==
        Lines{"g2 would have no AAAA address left to answer for "
              "ftp.example.org and 1 more name"});
}

TEST_CASE("what a group out of service had is not lost") {
  DatasetText before = ThreeGroups();
  SetState(&before, "g2", Disabled());
  DatasetText after = ThreeGroups();
  after.SetGroup("g2", {}, {}, Disabled());
  CHECK(Lost(before, after).empty());
}

TEST_CASE("what a group had that is taken out at the same time is not lost") {
  DatasetText after = ThreeGroups();
  after.SetGroup("g2", {}, {}, Disabled());
  CHECK(Lost(ThreeGroups(), after).empty());
}

TEST_CASE("a name's own addresses are lost, by family or altogether") {
  DatasetText before;
  DatasetText::Name own;
  own.a = {"192.0.2.1"};
  own.aaaa = {"2001:db8::1"};
  before.Set("own.test", own);
  DatasetText one = before;
  own.aaaa = {};
  one.Set("own.test", own);
  CHECK(Lost(before, one) == Lines{"own.test would have no AAAA address left"});
  DatasetText none = before;
  own.a = {};
  none.Set("own.test", own);
  CHECK(Lost(before, none) == Lines{"own.test would have nothing to answer"});
}

TEST_CASE("a name that goes from groups to nothing of its own") {
  DatasetText after = ThreeGroups();
  after.Set("ftp.example.org", DatasetText::Name());
  CHECK(Lost(ThreeGroups(), after) ==
        Lines{"ftp.example.org would have nothing to answer"});
}

TEST_CASE("times at which ramps and ends turn, from now on") {
  DatasetText data = ThreeGroups();
  const int64_t now = kNow / 1000;
  redis::GroupState ramp;
  ramp.state = redis::AdminState::kDraining;
  ramp.start = now - 100;
  ramp.duration = 400;
  SetState(&data, "g1", ramp);
  redis::GroupState out = Disabled();
  out.until = now + 200;
  SetState(&data, "g2", out);
  redis::GroupState past = Disabled();
  past.until = now - 1;
  SetState(&data, "g3", past);
  CHECK(DecisiveTimes(data.dataset(), kNow) ==
        std::vector<int64_t>{kNow, kNow + 199'999, kNow + 200'000,
                             kNow + 299'999, kNow + 300'000});
  CHECK(DecisiveTimes(ThreeGroups().dataset(), kNow) ==
        std::vector<int64_t>{kNow});
}

}  // namespace
}  // namespace groupring::backend
