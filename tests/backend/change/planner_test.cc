#include "backend/change/planner.h"

#include <string>
#include <vector>

#include "backend/change/address_changes.h"
#include "backend/change/block_changes.h"
#include "backend/change/group_changes.h"
#include "backend/change/membership_changes.h"
#include "backend/change/name_changes.h"
#include "backend/report/change_words.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

Plan PlanOf(const DatasetText& data, const absl::StatusOr<Change>& change,
            const InterlockLimits& limits = {}) {
  return MakePlan(data.dataset(), Made(change), limits, kNow);
}

TEST_CASE("a plan counts what a disable moves, and how long answers last") {
  DatasetText data = ThreeGroups();
  auto slow = DatasetText::OnGroups({"g1", "g2", "g3"});
  slow.config.ttl_seconds = 300;
  data.Set("slow.test", slow);
  const Plan plan =
      PlanOf(data, DisableGroup(data.dataset(), "g1", "", AnaNow()));
  REQUIRE(plan.impact.rings.size() == 1);
  const RingImpact& ring = plan.impact.rings[0];
  CHECK(ring.moved == Approx(ring.shares_before.at("g1")));
  CHECK(ring.moved > 0.3);
  CHECK(plan.max_ttl_seconds == 300);
  CHECK(plan.objections.empty());
}

TEST_CASE("a plan counts a drain at its end, others as they are now") {
  DatasetText data = ThreeGroups();
  redis::GroupState filling;
  filling.state = redis::AdminState::kFilling;
  filling.start = kNow / 1000 - 500;
  filling.duration = 1000;
  SetState(&data, "g2", filling);
  const Plan plan =
      PlanOf(data, DrainGroup(data.dataset(), "g1", "1h", "", AnaNow()));
  REQUIRE(plan.impact.rings.size() == 1);
  // g2 is half full on both sides: nothing comes back to it from g3.
  CHECK(plan.impact.rings[0].moves.size() == 2);
  for (const auto& [from_to, ratio] : plan.impact.rings[0].moves) {
    CHECK(from_to.first == "g1");
  }
}

TEST_CASE("a second group is objected to while one is out") {
  DatasetText data = ThreeGroups();
  SetState(&data, "g3", Disabled());
  const Plan plan =
      PlanOf(data, DisableGroup(data.dataset(), "g1", "", AnaNow()));
  REQUIRE(plan.objections.size() == 2);
  CHECK(Texts(plan.objections)[0] ==
        "ftp.example.org would have 2 groups out of service (g1, g3; g3 "
        "already is)");
}

redis::NodeStatus NodeWithout(const std::string& name, const std::string& group,
                              int64_t until) {
  redis::NodeStatus node;
  node.name = name;
  node.local_out[group] = until;
  return node;
}

TEST_CASE("a group that is out on one node alone counts there") {
  DatasetText data = ThreeGroups();
  const int64_t later = kNow / 1000 + 600;
  const auto plan_with = [&](const std::vector<redis::NodeStatus>& nodes) {
    return MakePlan(data.dataset(),
                    Made(DisableGroup(data.dataset(), "g1", "", AnaNow())), {},
                    kNow, {}, nodes);
  };
  const auto names_of = [](const Plan& plan) {
    Lines names;
    for (const Objection& one : plan.objections) names.push_back(one.subject);
    return names;
  };
  redis::NodeStatus silent = NodeWithout("ns2", "g3", later);
  silent.state = redis::NodeState::kSilent;
  const Plan refused =
      plan_with({NodeWithout("ns1", "g3", later), silent, redis::NodeStatus()});
  REQUIRE_FALSE(refused.objections.empty());
  CHECK(refused.objections[0].kind == ObjectionKind::kTooManyGroupsOut);
  CHECK(refused.objections[0].groups == Lines{"g1", "g3"});
  CHECK(refused.objections[0].nodes == Lines{"ns1", "ns2"});
  CHECK(refused.objections[0].locally_out == Lines{"g3"});
  CHECK(ObjectionText(refused.objections[0]) ==
        "on ns1, ns2, where g3 is out locally, " + names_of(refused)[0] +
            " would have 2 groups out of service (g1, g3; g3 already is)");

  SECTION("not when its time has passed") {
    CHECK(
        plan_with({NodeWithout("ns1", "g3", kNow / 1000)}).objections.empty());
  }
  SECTION("not on a node that has stopped") {
    silent.state = redis::NodeState::kStopped;
    CHECK(plan_with({silent}).objections.empty());
  }
  SECTION("not when it is the group of the change itself") {
    CHECK(plan_with({NodeWithout("ns1", "g1", later)}).objections.empty());
  }
  SECTION("a name that every node objects to is named once, without nodes") {
    SetState(&data, "g2", Disabled());
    const Plan both = plan_with({NodeWithout("ns1", "g3", later)});
    REQUIRE(both.objections.size() == refused.objections.size());
    CHECK(both.objections[0].nodes.empty());
  }
}

TEST_CASE("a plan says which nodes read the keys by other rules") {
  DatasetText data = ThreeGroups();
  std::vector<redis::NodeStatus> nodes(4);
  nodes[0].name = "ns1";
  nodes[0].schema = redis::Schema::kGroupring;
  nodes[1].name = "ns2";
  nodes[1].schema = redis::Schema::kRazor;
  nodes[2] = nodes[1];
  nodes[2].name = "ns3";
  nodes[2].state = redis::NodeState::kSilent;
  nodes[3].name = "ns4";  // of a version that does not say
  const Plan plan = MakePlan(
      data.dataset(), Made(DisableGroup(data.dataset(), "g1", "", AnaNow())),
      {}, kNow, {}, nodes);
  REQUIRE(plan.change.remarks.size() == 1);
  CHECK(plan.change.remarks[0].kind == RemarkKind::kOtherSchema);
  CHECK(plan.change.remarks[0].names == Lines{"ns2"});
}

TEST_CASE("the worst moment counts: another drain ends during the outage") {
  DatasetText data = ThreeGroups();
  redis::GroupState draining;
  draining.state = redis::AdminState::kDraining;
  draining.start = kNow / 1000;
  draining.duration = 3600;
  SetState(&data, "g3", draining);
  InterlockLimits two_out;
  two_out.max_groups_out = 2;
  const Plan plan =
      PlanOf(data, DisableGroup(data.dataset(), "g1", "", AnaNow()), two_out);
  REQUIRE(plan.objections.size() == 2);
  CHECK(Texts(plan.objections)[0] ==
        "ftp.example.org would keep 33.3% of its weight in service, below "
        "50.0%");
}

TEST_CASE("the last address of a family is objected to") {
  const DatasetText data = ThreeGroups();
  const Plan plan =
      PlanOf(data, RemoveAddresses(data.dataset(), "g1", {"2001:db8::1"}));
  CHECK(Texts(plan.objections) ==
        Lines{"g1 would have no AAAA address left to answer for "
              "ftp.example.org and 1 more name"});
  CHECK(plan.max_ttl_seconds == 60);
  DatasetText out = ThreeGroups();
  SetState(&out, "g1", Disabled());
  CHECK(PlanOf(out, RemoveAddresses(out.dataset(), "g1", {"2001:db8::1"}))
            .objections.empty());
}

TEST_CASE("blocking the last address of a group is objected to") {
  const DatasetText data = ThreeGroups();
  CHECK(Texts(PlanOf(data, BlockAddress(data.dataset(), "198.51.100.2", ""))
                  .objections) ==
        Lines{"g2 would have no A address left to answer "
              "for ftp.example.org and 1 more name"});
}

TEST_CASE(
    "blocking at a zone lasts as long as the names that answer addresses") {
  DatasetText data = ThreeGroups();
  auto apex = DatasetText::Apex();
  apex.config.ttl_seconds = 3600;
  data.Set("example.org", apex);
  CHECK(PlanOf(data, BlockAddress(data.dataset(), "198.51.100.0/24", ""))
            .max_ttl_seconds == 60);
  CHECK(
      PlanOf(data, RemoveName(data.dataset(), "example.org")).max_ttl_seconds ==
      3600);
}

TEST_CASE("an objection says which group is filling, and until when") {
  DatasetText data = ThreeGroups();
  redis::GroupState filling;
  filling.state = redis::AdminState::kFilling;
  filling.start = kNow / 1000 - 500;
  filling.duration = 1000;
  for (const std::string group : {"g2", "g3"}) SetState(&data, group, filling);
  const auto disable = DisableGroup(data.dataset(), "g1", "", AnaNow());
  CHECK(Texts(PlanOf(data, disable).objections)[0] ==
        "ftp.example.org would keep 33.3% of its weight in service, below "
        "50.0%: g2, g3 are filling until 2027-01-15T08:08:20Z");
  SetState(&data, "g3", {});
  InterlockLimits two_thirds;
  two_thirds.min_weight_in_service = 0.6;
  CHECK(Texts(PlanOf(data, disable, two_thirds).objections)[0] ==
        "ftp.example.org would keep 50.0% of its weight in service, below "
        "60.0%: g2 is filling until 2027-01-15T08:08:20Z");
}

TEST_CASE("removing what is answered is objected to") {
  DatasetText data = ThreeGroups();
  CHECK(Texts(PlanOf(data, RemoveName(data.dataset(), "ftp.example.org"))
                  .objections) ==
        Lines{"ftp.example.org is answered now and would be no more"});
  CHECK(
      Texts(
          PlanOf(data, RemoveName(data.dataset(), "example.org")).objections) ==
      Lines{"the zone example.org would no longer be served, with 2 dynamic "
            "names in it"});
  data.Set("one.test", DatasetText::OnGroups({"g1"}));
  CHECK(Texts(PlanOf(data, RemoveGroup(data.dataset(), "one.test", "g1"))
                  .objections) ==
        Lines{"one.test would have no group in service"});
  data.Set("none.test", DatasetText::OnGroups({}));
  CHECK(
      PlanOf(data, RemoveName(data.dataset(), "none.test")).objections.empty());
}

TEST_CASE("a change that has nothing to write moves nobody") {
  const DatasetText data = ThreeGroups();
  const Plan plan = PlanOf(data, EnableGroup(data.dataset(), "g1", AnaNow()));
  CHECK(plan.impact.rings.empty());
  CHECK(plan.objections.empty());
  CHECK(plan.max_ttl_seconds == 60);
}

TEST_CASE("a weight moves clients of its name only") {
  const DatasetText data = ThreeGroups();
  const Plan plan =
      PlanOf(data, SetWeight(data.dataset(), "ftp.example.org", "g1", "50"));
  REQUIRE(plan.impact.rings.size() == 1);
  CHECK(plan.impact.rings[0].names == Lines{"ftp.example.org"});
  CHECK(plan.impact.rings[0].shares_after.at("g1") ==
        Approx(0.2).epsilon(0.02));
}

}  // namespace
}  // namespace groupring::backend
