// Whether a name answers, compared with the answers that clients get.
#include "backend/resolver/outlook.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backend/resolver/client.h"
#include "backend/resolver/group_choice.h"
#include "hashing/ring.h"
#include "tests/backend/dataset_text.h"
#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr char kName[] = "ftp.example.org";

Outlook Of(const ResolverWorld& world, const std::string& name = kName) {
  return OutlookOf(world.snapshot(), *world.snapshot().FindDynamic(name), kNow);
}

DatasetText::Name WithWeights(const std::vector<uint32_t>& weights) {
  DatasetText::Name name = DatasetText::OnGroups({"g1", "g2", "g3"});
  for (size_t i = 0; i < weights.size(); ++i) {
    name.groups[i].weight = weights[i];
  }
  return name;
}

void Empty(ResolverWorld* world, redis::GroupState state = {}) {
  for (const std::string g : {"g1", "g2", "g3"}) {
    world->data.SetGroup(g, {}, {}, state);
  }
}

void Take(ResolverWorld* world, const redis::GroupState& state) {
  for (const std::string g : {"1", "2", "3"}) {
    world->data.SetGroup("g" + g, {"198.51." + g + ".1"},
                         {"2001:db8:" + g + "::1"}, state);
  }
}

redis::GroupState HalfDrained() {
  redis::GroupState state;
  state.state = redis::AdminState::kDraining;
  state.start = kNow / 1000 - 50;
  state.duration = 100;
  return state;
}

// Of 300 clients: how many meet an error, and how many an address that stands
// in no group in service.
std::pair<int, int> AskedBy300(ResolverWorld* world) {
  int failed = 0;
  int fallback = 0;
  for (int i = 0; i < 300; ++i) {
    const Reply reply = world->Ask(kName, "ANY", Subnet(i));
    if (reply.kind == Reply::Kind::kError) ++failed;
    hashing::RingOrder order;
    const DynamicName& name = *world->snapshot().FindDynamic(kName);
    const Client client = ClientOf("192.0.2.53", Subnet(i));
    const GroupChoice choice =
        ChooseGroups(*world->snapshot().RingOf(name),
                     hashing::SlotOf(client.key), kNow, name.skip, &order);
    for (const FamilyChoice& family : choice) {
      if (family.addresses != nullptr &&
          family.service != redis::Service::kInService) {
        ++fallback;
        break;
      }
    }
  }
  return {failed, fallback};
}

TEST_CASE("the outlook of a name is what its clients meet") {
  const bool servfail = GENERATE(false, true);
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name name = WithWeights({100, 100, 100});
  if (servfail) name.config.on_empty = redis::OnEmpty::kServfail;
  NameOutlook expected = NameOutlook::kInService;
  SECTION("in service") {}
  SECTION("one group out") {
    world.data.SetGroup("g1", {"198.51.1.1"}, {"2001:db8:1::1"}, Disabled());
  }
  SECTION("one group of weight 0") { name = WithWeights({0, 100, 100}); }
  SECTION("all disabled") {
    Take(&world, Disabled());
    expected = NameOutlook::kFallsBack;
  }
  SECTION("all of weight 0") {
    name = WithWeights({0, 0, 0});
    expected = NameOutlook::kFallsBack;
  }
  SECTION("some disabled, the others of weight 0") {
    name = WithWeights({0, 0, 100});
    world.data.SetGroup("g3", {"198.51.3.1"}, {"2001:db8:3::1"}, Disabled());
    expected = NameOutlook::kFallsBack;
  }
  SECTION("all empty") {
    Empty(&world);
    expected = NameOutlook::kFallsBack;
  }
  SECTION("a family lost") {
    for (const std::string g : {"1", "2", "3"}) {
      world.data.SetGroup("g" + g, {"198.51." + g + ".1"}, {});
    }
    expected = NameOutlook::kFallsBack;
  }
  SECTION("all half drained") {
    Take(&world, HalfDrained());
    expected = NameOutlook::kFallsBack;
  }
  SECTION("everything skipped") {
    name.skip_a = {"0.0.0.0/0"};
    name.skip_aaaa = {"::/0"};
    expected = NameOutlook::kFails;
  }
  SECTION("one family skipped") { name.skip_a = {"0.0.0.0/0"}; }
  SECTION("no groups") {
    name.groups.clear();
    expected = NameOutlook::kFails;
  }
  world.data.Set(kName, name);
  world.Apply();
  const Outlook outlook = Of(world);
  const auto [failed, fallback] = AskedBy300(&world);
  CAPTURE(failed, fallback, servfail);
  if (!servfail || expected == NameOutlook::kInService) {
    CHECK(outlook.name == expected);
  }
  switch (outlook.name) {
    case NameOutlook::kFails:
      CHECK(failed == 300);
      break;
    case NameOutlook::kFailsSometimes:
      CHECK(failed > 0);
      CHECK(failed < 300);
      break;
    case NameOutlook::kFallsBack:
      CHECK(failed == 0);
      CHECK(fallback > 0);
      break;
    case NameOutlook::kInService:
      CHECK(failed == 0);
      CHECK(fallback == 0);
      break;
    case NameOutlook::kNoRecords:
    case NameOutlook::kLeavesOut:
      FAIL("no name here has ON_EMPTY nodata");
  }
}

TEST_CASE("the outlook tells families apart") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name name = WithWeights({100, 100, 100});
  name.skip_a = {"0.0.0.0/0"};
  world.data.Set(kName, name);
  world.Apply();
  CHECK(Of(world).families[0] == FamilyOutlook::kSkipped);
  CHECK(Of(world).families[1] == FamilyOutlook::kInService);
  name.skip_a.clear();
  world.data.Set(kName, name);
  for (const std::string g : {"1", "2", "3"}) {
    world.data.SetGroup("g" + g, {"198.51." + g + ".1"}, {});
  }
  world.Apply();
  CHECK(Of(world).families[0] == FamilyOutlook::kInService);
  CHECK(Of(world).families[1] == FamilyOutlook::kFallback);
  CHECK(Of(world).best[1] == redis::Service::kFailOpen);
}

TEST_CASE("names with addresses of their own have an outlook, too") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name own;
  own.config.answer =
      GENERATE(redis::AnswerMode::kRandom, redis::AnswerMode::kConsistentHash);
  world.data.Set("own.example.org", own);
  world.Apply();
  CHECK(Of(world, "own.example.org").name == NameOutlook::kFails);
  own.a = {"192.0.2.1"};
  world.data.Set("own.example.org", own);
  world.Apply();
  CHECK(Of(world, "own.example.org").name == NameOutlook::kInService);
  CHECK(Of(world, "own.example.org").families[1] == FamilyOutlook::kAbsent);
  own.a.clear();
  world.data.Set("own.example.org", own);
  world.Apply();
  CHECK(Of(world, "own.example.org").name == NameOutlook::kFallsBack);
}

TEST_CASE("all names have the outlook that each of them has") {
  ResolverWorld world = WorldOfThreeGroups();
  DatasetText::Name failing = WithWeights({0, 0, 0});
  failing.config.on_empty = redis::OnEmpty::kServfail;
  world.data.Set("failing.example.org", failing);
  world.data.Set("open.example.org", WithWeights({0, 0, 0}));
  DatasetText::Name skipping = WithWeights({100, 100, 100});
  skipping.skip_a = {"0.0.0.0/0"};
  world.data.Set("skipping.example.org", skipping);
  world.Apply();
  size_t names = 0;
  size_t plain = 0;
  ForEachOutlook(world.snapshot(), kNow,
                 [&](size_t count, const Outlook& outlook) {
                   names += count;
                   if (IsPlain(outlook)) plain += count;
                 });
  CHECK(names == 4);
  CHECK(plain == 1);
  std::set<std::string> troubled;
  ForEachTrouble(world.snapshot(), kNow,
                 [&](const Owner& owner, const Outlook& outlook) {
                   troubled.insert(owner.name.str());
                   CHECK(outlook == Of(world, owner.name.str()));
                 });
  CHECK(troubled == std::set<std::string>{"failing.example.org",
                                          "open.example.org",
                                          "skipping.example.org"});
}

}  // namespace
}  // namespace groupring::backend
