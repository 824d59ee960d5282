// Plans by names that stand for others say what plans by all names say.
#include <map>
#include <string>

#include "backend/change/group_changes.h"
#include "backend/change/planner.h"
#include "backend/report/change_words.h"
#include "redis/schema/name_condenser.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// 120 names of some kinds in two domains, and a zone.
redis::Dataset ManyNames() {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  for (const char* group : {"g1", "g2", "g3", "g4"}) {
    data.SetGroup(group, {std::string("192.0.2.") + group[1]}, {});
  }
  for (int i = 0; i < 120; ++i) {
    auto name = i % 3 == 0 ? DatasetText::OnGroups({"g1", "g2"})
                           : DatasetText::OnGroups({"g1", "g3", "g4"});
    if (i % 5 == 0) name.config.ttl_seconds = 300;
    if (i % 7 == 0) name.groups[0].weight = 0;
    if (i % 11 == 0) name.skip_a = {"192.0.2.2"};
    if (i % 31 == 0) name.a = {"198.51.100.1"};
    data.Set("n" + std::to_string(i) +
                 (i % 2 == 0 ? ".example.org" : ".sub.example.org"),
             name);
  }
  return data.dataset();
}

struct Condensed {
  redis::Dataset dataset;
  redis::AlikeNames alike;
};

Condensed Condense(const redis::Dataset& all) {
  redis::NameCondenser condenser;
  for (const auto& [name, data] : all.names) condenser.Add(data);
  redis::CondensedNames names = condenser.Take();
  Condensed condensed{all, std::move(names.alike)};
  condensed.dataset.names = {};
  for (auto& name : names.names) condensed.dataset.names.Set(std::move(name));
  return condensed;
}

// By what is said of rings and names: of how many names.
std::map<std::string, size_t> Said(const Plan& plan,
                                   const redis::AlikeNames& alike) {
  std::map<std::string, size_t> said;
  for (const RingImpact& ring : plan.impact.rings) {
    said["moves" + MovesWords(ring.moves, 1)] +=
        ring.names.size() + ring.more_names;
  }
  for (const Objection& objection : plan.objections) {
    Objection of_any = objection;
    of_any.subject = "NAME";
    of_any.count = 0;
    said[ObjectionText(of_any)] += redis::CountOf(alike, objection.subject);
  }
  return said;
}

TEST_CASE("a plan by names that stand for others counts all names") {
  const redis::Dataset all = ManyNames();
  const Condensed condensed = Condense(all);
  REQUIRE(condensed.dataset.names.size() < all.names.size() / 2);
  const auto disable = GENERATE(as<std::string>(), "g1", "g2", "g3");
  CAPTURE(disable);
  const auto plan_of = [&](const redis::Dataset& dataset,
                           const redis::AlikeNames& alike) {
    return MakePlan(dataset, Made(DisableGroup(dataset, disable, "", AnaNow())),
                    {}, kNow, {}, {}, nullptr, nullptr, alike);
  };
  const Plan of_all = plan_of(all, {});
  const Plan of_condensed = plan_of(condensed.dataset, condensed.alike);
  CHECK(Said(of_condensed, condensed.alike) == Said(of_all, {}));
  CHECK_FALSE(Said(of_all, {}).empty());
  CHECK(of_condensed.max_ttl_seconds == of_all.max_ttl_seconds);
  CHECK(of_condensed.impact.rings.size() == of_all.impact.rings.size());
  for (const Objection& objection : of_condensed.objections) {
    const size_t names = redis::CountOf(condensed.alike, objection.subject);
    CHECK(objection.count == names - 1);
    if (names == 1) continue;
    const std::string text = ObjectionText(objection);
    CAPTURE(text);
    CHECK(text.find(objection.subject + " and " + std::to_string(names - 1) +
                    " more name") == 0);
  }
}

}  // namespace
}  // namespace groupring::backend
