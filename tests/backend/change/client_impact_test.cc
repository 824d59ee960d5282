#include "backend/change/client_impact.h"

#include <string>

#include "backend/change/group_changes.h"
#include "backend/change/planner.h"
#include "backend/report/client_impact_report.h"
#include "tests/backend/affinity_text.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

void Add(const std::string& client, double weight, Population* population) {
  const auto subnet = hashing::ParseClientSubnet(client);
  REQUIRE(subnet.has_value());
  population->Add(*subnet, client.find('/') == std::string::npos, weight);
}

Population ManyClients() {
  Population population;
  for (int i = 0; i < 300; ++i) {
    Add("203.0." + std::to_string(i % 256) + "." + std::to_string(i / 256),
        i == 7 ? 1000 : 1, &population);
  }
  return population;
}

TEST_CASE("clients that move are counted, weighed and named") {
  const DatasetText data = ThreeGroups();
  const Population population = ManyClients();
  const Plan plan = MakePlan(
      data.dataset(), Made(DisableGroup(data.dataset(), "g1", "", AnaNow())),
      {}, kNow, {}, {}, &population);
  const ClientImpact& impact = plan.clients;
  CHECK(impact.source == ClientImpact::Source::kGiven);
  CHECK(impact.clients == 300);
  CHECK(impact.weight == 1299);
  REQUIRE(impact.rings.size() == 1);
  const RingClients& ring = impact.rings[0];
  CHECK(ring.names.size() == 2);
  CHECK(ring.after.at("g1") == 0);
  CHECK(ring.before.at("g1") == ring.moved_weight);
  double moved = 0;
  for (const auto& [from_to, weight] : ring.moves) {
    CHECK(from_to.first == "g1");
    moved += weight;
  }
  CHECK(moved == ring.moved_weight);
  CHECK(ring.busiest.size() == kBusiestMovers);
  for (const ClientMove& move : ring.busiest) CHECK(move.from == "g1");
}

TEST_CASE("the busiest client that moves is the first that is named") {
  const DatasetText data = ThreeGroups();
  const Population population = ManyClients();
  for (const std::string group : {"g1", "g2", "g3"}) {
    const Plan plan = MakePlan(
        data.dataset(), Made(DisableGroup(data.dataset(), group, "", AnaNow())),
        {}, kNow, {}, {}, &population);
    const RingClients& ring = plan.clients.rings.at(0);
    const bool is_home = ring.before.at(group) >= 1000;
    CAPTURE(group, is_home);
    CHECK((ring.busiest[0].client == "203.0.7.0") == is_home);
    CHECK((ring.busiest[0].weight == 1000) == is_home);
    const std::string text = ClientImpactText(plan.clients, true);
    CHECK((text.find("203.0.7.0") != std::string::npos) == is_home);
  }
}

TEST_CASE("the busiest clients are named, also those that come last") {
  const DatasetText data = ThreeGroups();
  Population population;
  for (int i = 0; i < 300; ++i) {
    Add("203.0." + std::to_string(i % 256) + "." + std::to_string(i / 256),
        i < 150 ? 1 : i, &population);
  }
  const Plan plan = MakePlan(
      data.dataset(), Made(DisableGroup(data.dataset(), "g1", "", AnaNow())),
      {}, kNow, {}, {}, &population);
  const RingClients& ring = plan.clients.rings.at(0);
  REQUIRE(ring.busiest.size() == kBusiestMovers);
  double before = 300;
  for (const ClientMove& move : ring.busiest) {
    CHECK(move.weight >= 150);
    CHECK(move.weight < before);
    before = move.weight;
  }
}

TEST_CASE("clients go by their label") {
  DatasetText data = ThreeGroups();
  data.SetAffinity(AffinityOf({"203.0.0.0/16", "one"}));
  const Population population = ManyClients();
  size_t homes = 0;
  for (const std::string group : {"g1", "g2", "g3"}) {
    const Plan plan = MakePlan(
        data.dataset(), Made(DisableGroup(data.dataset(), group, "", AnaNow())),
        {}, kNow, {}, {}, &population);
    const size_t moved = plan.clients.rings.at(0).moved;
    CHECK((moved == 0 || moved == 300));
    homes += moved == 300 ? 1 : 0;
  }
  CHECK(homes == 1);
}

TEST_CASE("of large networks a number is looked at that is bounded") {
  const auto entries = AffinityOf({"0.0.0.0/0", "a", "::/0", "a"});
  const Population all =
      NetworksWritten({redis::SetAffinity{{entries->begin(), entries->end()}}});
  CHECK(all.clients().size() == 65536);
  CHECK(NetworksWritten({redis::RemoveAffinity{{"10.0.0.0/22"}}})
            .clients()
            .size() == 4);
  const Population one = NetworksWritten({redis::RemoveAffinity{{"10.1.2.3"}}});
  REQUIRE(one.clients().size() == 1);
  CHECK(one.clients()[0].is_source);
  CHECK(ClientText(one.clients()[0].subnet) == "10.1.2.3");
  CHECK(one.clients()[0].subnet.key ==
        hashing::ParseClientSubnet("10.1.2.3")->key);
}

}  // namespace
}  // namespace groupring::backend
