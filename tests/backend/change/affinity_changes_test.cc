#include "backend/change/affinity_changes.h"

#include <string>
#include <vector>

#include "backend/change/planner.h"
#include "backend/report/client_impact_report.h"
#include "tests/backend/affinity_text.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

DatasetText WithLabels() {
  DatasetText data = ThreeGroups();
  data.SetAffinity(AffinityOf({"203.0.113.0/24", "customer-17", "10.0.0.0/8",
                               "big/4", "2001:DB8:17::/48", "customer-17"}));
  return data;
}

TEST_CASE("networks get a label, and those that had another are named") {
  const Change change = Made(AddAffinity(
      WithLabels().dataset(), {"203.0.113.0/24", "192.0.2.0/24"}, "new"));
  CHECK(Typed(change) ==
        Lines{"HSET groupring:affinity 192.0.2.0/24 new 203.0.113.0/24 new"});
  CHECK(Before(change) == "3 entries, 0 of new");
  CHECK(After(change) == "4 entries, 2 of new");
  CHECK(TargetWords(change) == "192.0.2.0/24 203.0.113.0/24 new");
  CHECK(Remarks(change) ==
        Lines{"203.0.113.0/24 has the label customer-17 until now"});
}

TEST_CASE("a network that is spelled otherwise in Redis keeps its field") {
  const Change change =
      Made(AddAffinity(WithLabels().dataset(), {"2001:db8:17::/48"}, "other"));
  CHECK(Typed(change) == Lines{"HSET groupring:affinity 2001:DB8:17::/48 "
                               "other"});
  CHECK(Written(change, WithLabels().dataset()).affinity->size() == 3);
}

TEST_CASE("nothing is written for networks that have the label") {
  const Change change = Made(
      AddAffinity(WithLabels().dataset(), {"203.0.113.0/24"}, "customer-17"));
  CHECK(change.writes.empty());
  CHECK(Remarks(change) ==
        Lines{"203.0.113.0/24 has the label customer-17 already"});
}

TEST_CASE("what a spread label and a long entry mean is said") {
  const Change change =
      Made(AddAffinity(ThreeGroups().dataset(), {"198.51.100.7"}, "google/8"));
  const Lines remarks = Remarks(change);
  REQUIRE(remarks.size() == 2);
  CHECK(remarks[0] ==
        "google is spread over 8 keys, by the subnet of the client: two of its "
        "networks have the same key, and so certainly meet the same group, "
        "with a chance of 1 in 8 only");
  CHECK(remarks[1] ==
        "counts for questions that come from there themselves, not for subnets "
        "that resolvers send on (ECS), as they are longer than /24 or /48: 1 "
        "network: 198.51.100.7");
}

TEST_CASE("operands that are no network or label are refused") {
  CHECK(ErrorOf(AddAffinity(ThreeGroups().dataset(), {"192.0.2.1/24"}, "a"),
                absl::StatusCode::kInvalidArgument) ==
        "\"192.0.2.1/24\" has bits set after the prefix; if the whole network "
        "is meant, write 192.0.2.0/24");
  ErrorOf(AddAffinity(ThreeGroups().dataset(), {"192.0.2.0/24"}, "a b"),
          absl::StatusCode::kInvalidArgument);
}

TEST_CASE("an entry is removed as Redis spells it, and only that") {
  const Change change =
      Made(RemoveAffinity(WithLabels().dataset(), {"2001:db8:17::/48"}));
  CHECK(Typed(change) == Lines{"HDEL groupring:affinity 2001:DB8:17::/48"});
  CHECK(Before(change) == "3 entries, 2 of customer-17");
  CHECK(After(change) == "2 entries, 1 of customer-17");
  CHECK(ErrorOf(RemoveAffinity(WithLabels().dataset(),
                               {"203.0.113.0/24", "10.1.0.0/16"}),
                absl::StatusCode::kNotFound) ==
        "10.1.0.0/16 has no entry of its own but lies in 10.0.0.0/8, which has "
        "the label big/4");
  CHECK(ErrorOf(RemoveAffinity(WithLabels().dataset(), {"192.0.2.0/24"}),
                absl::StatusCode::kNotFound) ==
        "192.0.2.0/24 has no label; `groupring affinity list` shows what has "
        "one");
}

TEST_CASE(
    "a list is imported, with labels of its own or the one that is given") {
  const Change change = Made(
      ImportAffinity(WithLabels().dataset(),
                     {{"# egress of a resolver", "", "192.0.2.0/24",
                       "198.51.100.0/24,other", "203.0.113.0/24 customer-17\r"},
                      "resolver",
                      false}));
  CHECK(Typed(change) == Lines{"HSET groupring:affinity 192.0.2.0/24 resolver "
                               "198.51.100.0/24 other"});
  CHECK(TargetWords(change) == "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24");
}

TEST_CASE("an import that replaces takes the label's other networks away") {
  const Change change = Made(ImportAffinity(
      WithLabels().dataset(), {{"192.0.2.0/24"}, "customer-17", true}));
  CHECK(Typed(change) ==
        Lines{"HSET groupring:affinity 192.0.2.0/24 customer-17",
              "HDEL groupring:affinity 203.0.113.0/24 2001:DB8:17::/48"});
  CHECK(After(change) == "2 entries, 1 of customer-17");
}

TEST_CASE("a list with a wrong line is refused whole, and the line is named") {
  CHECK(ErrorOf(ImportAffinity(ThreeGroups().dataset(),
                               {{"192.0.2.0/24", "x"}, "a", false}),
                absl::StatusCode::kInvalidArgument) ==
        "line 2: \"x\" is no network; expected one like 203.0.113.0/24 or "
        "2001:db8:17::/48");
  CHECK(ErrorOf(ImportAffinity(ThreeGroups().dataset(),
                               {{"192.0.2.0/24"}, "", false}),
                absl::StatusCode::kInvalidArgument) ==
        "line 1: 192.0.2.0/24 has no label: write one after it, or give "
        "--label");
  ErrorOf(ImportAffinity(ThreeGroups().dataset(), {{"# nothing"}, "a", false}),
          absl::StatusCode::kInvalidArgument);
}

TEST_CASE("the plan of a label counts the networks that it moves") {
  const DatasetText data = ThreeGroups();
  const Plan plan = MakePlan(
      data.dataset(),
      Made(AddAffinity(data.dataset(), {"203.0.0.0/16", "2001:db8::/40"}, "a")),
      {}, kNow);
  CHECK(plan.clients.source == ClientImpact::Source::kNetworks);
  CHECK(plan.clients.clients == 512);
  REQUIRE(plan.clients.rings.size() == 1);
  const RingClients& ring = plan.clients.rings[0];
  // All meet one group afterwards; about a third of them did before.
  CHECK(ring.after.size() == 3);
  size_t with_clients = 0;
  for (const auto& [group, weight] : ring.after) with_clients += weight > 0;
  CHECK(with_clients == 1);
  CHECK(ring.moved > 250);
  CHECK(ring.moved < 430);
  CHECK(plan.max_ttl_seconds == 60);
  CHECK(ClientImpactText(plan.clients, true)
            .starts_with("would move " + std::to_string(ring.moved) +
                         " of 512 networks looked at of ftp.example.org and 1 "
                         "more name: "));
}

}  // namespace
}  // namespace groupring::backend
