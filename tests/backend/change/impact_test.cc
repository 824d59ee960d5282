#include "backend/change/impact.h"

#include <memory>
#include <string>

#include "backend/change/interlock.h"
#include "backend/snapshot/snapshot_builder.h"
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

DatasetText Groups(int count) {
  DatasetText data;
  std::vector<std::string> groups;
  for (int i = 1; i <= count; ++i) {
    groups.push_back("g" + std::to_string(i));
    data.SetGroup(groups.back(), {"198.51.100." + std::to_string(i)}, {});
  }
  data.Set("ftp.test", DatasetText::OnGroups(groups));
  data.Set("ftps.test", DatasetText::OnGroups(groups));
  return data;
}

void PutState(DatasetText* data, const std::string& group,
              redis::GroupState state) {
  data->SetGroup(group, {"198.51.100.1"}, {}, state);
}

TEST_CASE("disabling a group moves exactly its share, to the others alone") {
  DatasetText data = Groups(4);
  const auto before = Build(data);
  PutState(&data, "g2", Disabled());
  const Impact impact = CompareSnapshots(*before, kNow, *Build(data), kNow);
  REQUIRE(impact.rings.size() == 1);
  const RingImpact& ring = impact.rings[0];
  CHECK(ring.names == std::vector<std::string>{"ftp.test", "ftps.test"});
  CHECK(ring.moved == Approx(ring.shares_before.at("g2")).epsilon(1e-9));
  CHECK(ring.shares_after.at("g2") == 0);
  CHECK(ring.max_ttl_seconds == 60);
  double to = 0;
  for (const auto& [from_to, ratio] : ring.moves) {
    CHECK(from_to.first == "g2");
    to += ratio;
    CHECK(ring.shares_after.at(from_to.second) ==
          Approx(ring.shares_before.at(from_to.second) + ratio));
  }
  CHECK(to == Approx(ring.moved));
}

TEST_CASE("names whose rings do not change are not listed") {
  DatasetText data = Groups(3);
  data.Set("other.test", DatasetText::OnGroups({"x1"}));
  data.SetGroup("x1", {"192.0.2.1"}, {});
  const auto before = Build(data);
  PutState(&data, "g1", Disabled());
  const Impact impact = CompareSnapshots(*before, kNow, *Build(data), kNow);
  REQUIRE(impact.rings.size() == 1);
  CHECK(impact.rings[0].names.size() == 2);
  CHECK(CompareSnapshots(*before, kNow, *before, kNow).rings.empty());
}

TEST_CASE("a drain is compared at its end, not at its start") {
  DatasetText data = Groups(3);
  const auto before = Build(data);
  redis::GroupState state;
  state.state = redis::AdminState::kDraining;
  state.start = kNow / 1000;
  state.duration = 1800;
  PutState(&data, "g1", state);
  const auto after = Build(data);
  CHECK(CompareSnapshots(*before, kNow, *after, kNow).rings.empty());
  const Impact half = CompareSnapshots(*before, kNow, *after, kNow + 900000);
  const Impact whole = CompareSnapshots(*before, kNow, *after, kNow + 1800000);
  CHECK(whole.rings[0].shares_after.at("g1") == 0);
  CHECK(half.rings[0].moved == Approx(whole.rings[0].moved / 2).epsilon(0.01));
}

TEST_CASE("a name that goes away leaves its clients to nobody") {
  DatasetText data = Groups(2);
  const auto before = Build(data);
  data.RemoveName("ftps.test");
  const Impact impact = CompareSnapshots(*before, kNow, *Build(data), kNow);
  REQUIRE(impact.rings.size() == 1);
  CHECK(impact.rings[0].names == std::vector<std::string>{"ftps.test"});
  CHECK(impact.rings[0].moved == Approx(1.0));
  CHECK(impact.rings[0].shares_after.at("") == Approx(1.0));
}

std::vector<std::string> ObjectionsTo(const DatasetText& before,
                                      const DatasetText& after,
                                      InterlockLimits limits = {}) {
  return Texts(Objections(*Build(before), kNow, *Build(after), kNow, limits));
}

TEST_CASE("interlock: one group out of many is fine") {
  const DatasetText before = Groups(4);
  DatasetText after = before;
  PutState(&after, "g1", Disabled());
  CHECK(ObjectionsTo(before, after).empty());
}

TEST_CASE("interlock: the last group in service stays") {
  DatasetText before = Groups(1);
  DatasetText after = before;
  PutState(&after, "g1", Disabled());
  const auto objections = ObjectionsTo(before, after);
  REQUIRE(objections.size() == 2);
  CHECK(objections[0] == "ftp.test would have no group in service");
}

TEST_CASE("interlock: a second group of the name stays while one is out") {
  DatasetText before = Groups(9);
  PutState(&before, "g3", Disabled());
  DatasetText after = before;
  PutState(&after, "g5", Disabled());
  const auto objections = ObjectionsTo(before, after);
  REQUIRE(objections.size() == 2);
  CHECK(objections[0] ==
        "ftp.test would have 2 groups out of service (g3, g5; g3 already is)");
  InterlockLimits two;
  two.max_groups_out = 2;
  CHECK(ObjectionsTo(before, after, two).empty());
  // Bringing one back is never refused.
  DatasetText back = before;
  PutState(&back, "g3", {});
  CHECK(ObjectionsTo(before, back).empty());
  CHECK(ObjectionsTo(after, before).empty());
}

TEST_CASE("interlock: enough weight stays in service") {
  DatasetText before = Groups(3);
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.groups[0].weight = 500;
  before.Set("ftp.test", name);
  DatasetText after = before;
  PutState(&after, "g1", Disabled());
  const auto objections = ObjectionsTo(before, after);
  REQUIRE(objections.size() == 1);
  CHECK(objections[0] ==
        "ftp.test would keep 28.6% of its weight in service, below 50.0%");
}

TEST_CASE("interlock: weight 0 is out of service like disabled") {
  const auto weighed = [](std::vector<uint32_t> weights) {
    DatasetText data = Groups(3);
    auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
    for (size_t i = 0; i < weights.size(); ++i) {
      name.groups[i].weight = weights[i];
    }
    data.Set("ftp.test", name);
    return data;
  };
  CHECK(ObjectionsTo(weighed({100, 100, 100}), weighed({0, 100, 100})).empty());
  CHECK(ObjectionsTo(weighed({0, 100, 100}), weighed({0, 0, 100})) ==
        std::vector<std::string>{"ftp.test would have 2 groups out of service "
                                 "(g1, g2; g1 already is)"});
  // Together with a state.
  DatasetText disabled = weighed({0, 100, 100});
  PutState(&disabled, "g2", Disabled());
  const auto mixed = ObjectionsTo(weighed({0, 100, 100}), disabled);
  REQUIRE(mixed.size() == 1);
  CHECK(mixed[0] ==
        "ftp.test would have 2 groups out of service (g1, g2; g1 already is)");
  // The weight that is taken away counts.
  CHECK(ObjectionsTo(weighed({500, 100, 100}), weighed({0, 100, 100})) ==
        std::vector<std::string>{
            "ftp.test would keep 28.6% of its weight in service, below 50.0%"});
  CHECK(ObjectionsTo(weighed({0, 0, 1}), weighed({0, 0, 0})) ==
        std::vector<std::string>{"ftp.test would have no group in service"});
  // Bringing one back is never refused, nor is a new group that waits.
  CHECK(ObjectionsTo(weighed({0, 0, 0}), weighed({0, 0, 7})).empty());
  DatasetText waiting = weighed({0, 100, 100});
  auto name = DatasetText::OnGroups({"g1", "g2", "g3", "g4"});
  name.groups[0].weight = name.groups[3].weight = 0;
  waiting.Set("ftp.test", name);
  CHECK(ObjectionsTo(weighed({0, 100, 100}), waiting).empty());
}

TEST_CASE("interlock: what is bad and gets better is not refused") {
  DatasetText before = Groups(3);
  for (const char* group : {"g1", "g2", "g3"}) {
    PutState(&before, group, Disabled());
  }
  DatasetText after = before;
  PutState(&after, "g1", {});
  // Two are out, and a third of the weight is in service: beyond both limits.
  CHECK(ObjectionsTo(before, after).empty());
}

TEST_CASE("interlock: what is bad and gets no better is not refused") {
  DatasetText before = Groups(2);
  for (const char* group : {"g1", "g2"}) PutState(&before, group, Disabled());
  DatasetText after = before;
  auto name = DatasetText::OnGroups({"g1"});
  after.Set("ftp.test", name);
  CHECK(ObjectionsTo(before, after).empty());
}

TEST_CASE("interlock: a drain counts as out from its start") {
  DatasetText before = Groups(9);
  redis::GroupState state;
  state.state = redis::AdminState::kDraining;
  state.start = kNow / 1000;
  state.duration = 1800;
  PutState(&before, "g3", state);
  DatasetText after = before;
  PutState(&after, "g5", Disabled());
  CHECK(ObjectionsTo(before, after).size() == 2);
}

}  // namespace
}  // namespace groupring::backend
