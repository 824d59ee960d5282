// ON_EMPTY nodata: no records for anybody, or for nobody.
#include <cstdint>
#include <set>
#include <string>

#include "backend/resolver/outlook.h"
#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr char kName[] = "ftp.example.org";
using TypeSet = std::multiset<std::string>;

DatasetText::Name NodataName() {
  DatasetText::Name name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.config.on_empty = redis::OnEmpty::kNodata;
  return name;
}

NameOutlook OutlookIn(const ResolverWorld& world) {
  return OutlookOf(world.snapshot(), *world.snapshot().FindDynamic(kName), kNow)
      .name;
}

// What each of 300 clients gets, every kind of answer once.
std::set<TypeSet> AnswersOf300(ResolverWorld* world) {
  std::set<TypeSet> answers;
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world->Ask(kName, "ANY", Subnet(i));
    CHECK(reply.kind == Reply::Kind::kRecords);
    answers.insert(Types(reply));
  }
  return answers;
}

TEST_CASE("nodata: nothing in service is no records, for every client") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Set(kName, NodataName());
  SECTION("disabled") {
    for (const std::string g : {"1", "2", "3"}) {
      world.data.SetGroup("g" + g, {"198.51." + g + ".1"},
                          {"2001:db8:" + g + "::1"}, Disabled());
    }
  }
  SECTION("withheld") {
    for (const char* group : {"g1", "g2", "g3"}) {
      world.data.Withhold(group, {"198.51.0.0/16", "2001:db8::/32"});
    }
  }
  SECTION("emptied") {
    for (const char* group : {"g1", "g2", "g3"}) {
      world.data.SetGroup(group, {}, {});
    }
  }
  world.Apply();
  // The record without a type tells PowerDNS that the name exists.
  CHECK(AnswersOf300(&world) == std::set<TypeSet>{{""}});
  for (const char* type : {"A", "AAAA"}) {
    const Reply reply = world.Ask(kName, type);
    CHECK(reply.kind == Reply::Kind::kRecords);
    CHECK(reply.records.empty());
  }
  // As PowerDNS asks for NSEC bitmaps.
  const Reply sample = world.Ask(kName, "ANY", "0.0.0.0/0", "0.0.0.0");
  CHECK(Types(sample) == TypeSet{""});
  CHECK(OutlookIn(world) == NameOutlook::kNoRecords);
}

TEST_CASE("nodata: one group in service answers everybody") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Set(kName, NodataName());
  for (const std::string g : {"1", "2"}) {
    world.data.SetGroup("g" + g, {"198.51." + g + ".1"},
                        {"2001:db8:" + g + "::1"}, Disabled());
  }
  world.Apply();
  CHECK(AnswersOf300(&world) == std::set<TypeSet>{{"A", "AAAA"}});
  CHECK(OutlookIn(world) == NameOutlook::kInService);
}

TEST_CASE("nodata: a family with nothing in service is left out, it alone") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Set(kName, NodataName());
  for (const char* group : {"g1", "g2", "g3"}) {
    world.data.Withhold(group, {"2001:db8::/32"});
  }
  world.Apply();
  CHECK(AnswersOf300(&world) == std::set<TypeSet>{{"A"}});
  CHECK(Types(world.Ask(kName, "ANY", "0.0.0.0/0", "0.0.0.0")) == TypeSet{"A"});
  CHECK(OutlookIn(world) == NameOutlook::kLeavesOut);
}

TEST_CASE("nodata is never said to some clients alone") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Set(kName, NodataName());
  redis::GroupState half;
  half.state = redis::AdminState::kDraining;
  half.start = kNow / 1000 - 50;
  half.duration = 100;
  for (const std::string g : {"1", "2", "3"}) {
    world.data.SetGroup("g" + g, {"198.51." + g + ".1"},
                        {"2001:db8:" + g + "::1"}, half);
  }
  world.Apply();
  CHECK(AnswersOf300(&world) == std::set<TypeSet>{{"A", "AAAA"}});
  CHECK(OutlookIn(world) == NameOutlook::kFallsBack);
}

TEST_CASE("nodata: a name of which no address was ever known fails") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name name = NodataName();
  name.groups.clear();
  world.data.Set(kName, name);
  world.Apply();
  CHECK(world.Ask(kName, "ANY").kind == Reply::Kind::kError);
  CHECK(OutlookIn(world) == NameOutlook::kFails);
}

TEST_CASE("nodata holds for names with addresses of their own") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name name;
  name.config.answer =
      GENERATE(redis::AnswerMode::kRandom, redis::AnswerMode::kConsistentHash);
  name.config.on_empty = redis::OnEmpty::kNodata;
  name.a = {"192.0.2.1"};
  world.data.Set(kName, name);
  name.a = {};
  world.data.Set(kName, name);
  world.Apply();
  CHECK(AnswersOf300(&world) == std::set<TypeSet>{{""}});
}

TEST_CASE("nodata leaves the static records of the name") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name apex = DatasetText::Apex();
  apex.config.records_json =
      R"([{"name":"ftp","type":"TXT","content":"\"out\""}])";
  world.data.Set("example.org", apex);
  world.data.Set(kName, NodataName());
  for (const char* group : {"g1", "g2", "g3"}) {
    world.data.SetGroup(group, {}, {});
  }
  world.Apply();
  CHECK(AnswersOf300(&world) == std::set<TypeSet>{{"TXT"}});
}

}  // namespace
}  // namespace groupring::backend
