#include "backend/change/snapshot_restore.h"

#include <map>
#include <string>
#include <vector>

#include "backend/change/planner.h"
#include "tests/backend/affinity_text.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

// A bit of everything.
redis::Dataset Everything() {
  DatasetText data = ThreeGroups();
  redis::GroupState drained = Disabled();
  drained.reason = "kernel";
  data.SetGroup("g2", {"198.51.100.2", "203.0.113.0/24"}, {}, drained);
  data.SetGroup("zone.test", {"198.51.100.77"}, {});
  data.Withhold("g1", {"198.51.100.1"}, 1'800'003'600);
  DatasetText::Name name = DatasetText::OnGroups({"g1", "g2", "zone.test"});
  name.groups[1].weight = 30;
  name.config.ttl_seconds = 5;
  name.config.on_empty = redis::OnEmpty::kServfail;
  name.skip_a = {"198.51.100.3", "192.0.2.0/24"};
  data.Set("ftp.example.org", name);
  DatasetText::Name own;
  own.a = {"192.0.2.1"};
  data.Set("own.example.org", own);
  data.Set("zone.test", DatasetText::Apex());
  return data.dataset();
}

SavedData Saved(const redis::Dataset& dataset) { return {dataset, kNow}; }

Change Restore(const redis::Dataset& current, const redis::Dataset& saved) {
  return Made(RestoreSnapshot(current, Saved(saved)));
}

size_t ObjectionsTo(const Change& change) { return change.objections.size(); }

TEST_CASE("labels of networks are restored; a file without any takes none") {
  redis::Dataset saved = Everything();
  saved.affinity = AffinityOf({"203.0.113.0/24", "a/4", "10.0.0.0/8", "b"});
  const redis::Dataset after = Written(Restore({}, saved), {});
  REQUIRE(after.affinity != nullptr);
  CHECK(*after.affinity == *saved.affinity);
  CHECK(Typed(Restore(after, saved)) == Lines{});

  redis::Dataset other = after;
  other.affinity = AffinityOf(
      {"203.0.113.0/24", "c", "192.0.2.0/24", "d", "10.0.0.0/8", "b"});
  const Change change = Restore(other, saved);
  CHECK(Typed(change) == Lines{"HSET groupring:affinity 203.0.113.0/24 a/4",
                               "HDEL groupring:affinity 192.0.2.0/24"});
  CHECK(ObjectionsTo(change) == 1);

  saved.affinity = nullptr;
  CHECK(Typed(Restore(other, saved)) == Lines{});
}

TEST_CASE("an emptied Redis gets everything back, and nothing is objected") {
  const redis::Dataset saved = Everything();
  const Change change = Restore({}, saved);
  CHECK(ObjectionsTo(change) == 0);
  CHECK(Before(change) == "0 names, 0 groups");
  CHECK(After(change) == "5 names, 4 groups");
  const redis::Dataset after = Written(change, {});
  CHECK(after.names.size() == saved.names.size());
  // Nothing is left to do.
  const Change again = Restore(after, saved);
  CHECK(Typed(again) == Lines{});
  CHECK(Remarks(again).back() == "Redis holds what the file does already");
  CHECK(after.groups.at("g2")->state == saved.groups.at("g2")->state);
  CHECK(*after.groups.at("g1")->withheld[0] ==
        *saved.groups.at("g1")->withheld[0]);
  CHECK(after.names.at("ftp.example.org")->config ==
        saved.names.at("ftp.example.org")->config);
}

TEST_CASE("what is the same is not written, what differs is named") {
  const redis::Dataset saved = Everything();
  DatasetText other = ThreeGroups();
  other.Set("new.example.org", DatasetText::OnGroups({"g1"}));
  const redis::Dataset current = Written(Restore({}, saved), {});
  redis::Dataset changed = current;
  // Since then: g1 lost an address, a name came, the TTL was raised.
  changed =
      Apply({redis::RemoveMembers{"g1", redis::Family::kA, {"198.51.100.1"}},
             redis::SetConfigField{"ftp.example.org", redis::ConfigField::kTtl,
                                   "300"},
             redis::AddGroupToName{"new.example.org", "g1", {}}},
            changed)
          .dataset;
  const Change change = Restore(changed, saved);
  CHECK(Typed(change) ==
        Lines{"DEL new.example.org:CONFIG new.example.org:GROUPS "
              "new.example.org:WEIGHTS new.example.org:A "
              "new.example.org:A:SKIPLIST new.example.org:AAAA "
              "new.example.org:AAAA:SKIPLIST",
              "HSET ftp.example.org:CONFIG TTL 5", "DEL g1:A",
              "SADD g1:A 198.51.100.1"});
  CHECK(Remarks(change) ==
        Lines{"the file holds what was in force at 2027-01-15T08:00:00Z",
              "changes 1 key: ftp.example.org:CONFIG",
              "removes 1 name: new.example.org"});
  const Plan plan = MakePlan(changed, change, InterlockLimits(), kNow);
  CHECK(Texts(plan.objections).front() ==
        "Redis holds other data: 2 keys would be changed or removed");
}

TEST_CASE("a group that Redis still holds on no name is not added again") {
  const redis::Dataset saved = Everything();
  redis::Dataset current;
  current.groups["g1"] = saved.groups.at("g1");
  for (const std::string& line : Typed(Restore(current, saved))) {
    CHECK_FALSE(line.find(" g1:") != std::string::npos);
  }
}

TEST_CASE("a file without names restores nothing") {
  CHECK(ErrorOf(RestoreSnapshot(Everything(), Saved({})),
                absl::StatusCode::kInvalidArgument)
            .find("holds no names") != std::string::npos);
}

}  // namespace
}  // namespace groupring::backend
