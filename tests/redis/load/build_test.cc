// Names and groups made from what was read, and what is noticed meanwhile.
#include "redis/load/build.h"

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

constexpr size_t kA = 0;
constexpr size_t kAaaa = 1;

NameReading WholeName() {
  NameReading reading;
  reading.name = "n";
  reading.head = {Holding({"TTL", "5"}), Holding({"g1", "g2"}),
                  Holding({"g1", "7"})};
  reading.members = {Holding({"192.0.2.1"}), Holding({"2001:db8::1"})};
  reading.skip = {Holding({"192.0.2.9"}), Holding({"2001:db8::9"})};
  return reading;
}

GroupReading WholeGroup() {
  GroupReading reading;
  reading.name = "g";
  reading.members = {Holding({"192.0.2.1"}), Holding({"2001:db8::1"})};
  reading.state = Holding({"state", "disabled"});
  return reading;
}

std::shared_ptr<const NameData> Built(const NameReading& reading) {
  GroupLists lists;
  Findings findings;
  return BuildName(reading, nullptr, &lists, &findings);
}

std::shared_ptr<const GroupData> Built(const GroupReading& reading) {
  Findings findings;
  return BuildGroup(reading, nullptr, &findings);
}

TEST_CASE("what is read the first time has not vanished, even if missing") {
  GroupLists lists;
  Findings findings;
  NameReading name;
  name.head.emplace();
  name.members = {RawValue(), RawValue()};
  name.skip = {RawValue(), RawValue()};
  CHECK(BuildName(name, nullptr, &lists, &findings) == nullptr);
  GroupReading group;
  group.members = {RawValue(), RawValue()};
  group.state = RawValue();
  CHECK(BuildGroup(group, nullptr, &findings) != nullptr);
  CHECK_FALSE(findings.vanished);
}

TEST_CASE("a key of a name that is gone is noticed, one that changed is not") {
  const auto before = Built(WholeName());
  using Change = void (*)(NameReading*);
  const Change gone[] = {
      [](NameReading* r) { r->head->config = {}; },
      [](NameReading* r) { r->head->groups = {}; },
      [](NameReading* r) { r->head->weights = {}; },
      [](NameReading* r) { *r->head = {}; },
      [](NameReading* r) { r->members[kA] = RawValue(); },
      [](NameReading* r) { r->members[kAaaa] = RawValue(); },
      [](NameReading* r) { r->skip[kA] = RawValue(); },
      [](NameReading* r) { r->skip[kAaaa] = RawValue(); },
  };
  for (const Change& change : gone) {
    CAPTURE(&change - gone);
    NameReading reading = WholeName();
    change(&reading);
    GroupLists lists;
    Findings findings;
    BuildName(reading, before, &lists, &findings);
    CHECK(findings.vanished);
  }
  const Change changed[] = {
      [](NameReading*) {},
      [](NameReading* r) {
        r->head->config = Holding({"x", "y"});
      },
      [](NameReading* r) { r->head->config = OfWrongType(); },
      [](NameReading* r) { r->head->groups = Holding({"g3"}); },
      [](NameReading* r) {
        r->head->weights = Holding({"g1", "100"});
      },
      [](NameReading* r) { r->members[kA] = Holding({"192.0.2.2"}); },
      [](NameReading* r) { r->members[kA] = OfWrongType(); },
      [](NameReading* r) { r->skip[kA] = Holding({"192.0.2.8"}); },
      [](NameReading* r) { r->skip[kA] = Denied(); },
      [](NameReading* r) { r->head.reset(); },
      [](NameReading* r) { r->members = {}; },
      [](NameReading* r) { r->skip = {}; },
  };
  for (const Change& change : changed) {
    CAPTURE(&change - changed);
    NameReading reading = WholeName();
    change(&reading);
    GroupLists lists;
    Findings findings;
    CHECK(BuildName(reading, before, &lists, &findings) != nullptr);
    CHECK_FALSE(findings.vanished);
  }
}

TEST_CASE("keys that held nothing of their own cannot vanish") {
  NameReading reading = WholeName();
  reading.head->config = Holding({"ANSWER", "group_consistent_hash"});
  reading.head->weights = Holding({"g1", "100"});
  reading.members = {Holding({"nonsense"}), RawValue()};
  reading.skip = {Holding({"nonsense"}), RawValue()};
  const auto before = Built(reading);
  reading.head->config = {};
  reading.head->weights = {};
  reading.members[kA] = RawValue();
  reading.skip[kA] = RawValue();
  GroupLists lists;
  Findings findings;
  CHECK(BuildName(reading, before, &lists, &findings) != nullptr);
  CHECK_FALSE(findings.vanished);
}

TEST_CASE("a key of a group that is gone is noticed, one that changed is not") {
  const auto before = Built(WholeGroup());
  struct Case {
    void (*change)(GroupReading*);
    bool vanished;
  };
  const Case cases[] = {
      {[](GroupReading* r) { r->members[kA] = RawValue(); }, true},
      {[](GroupReading* r) { r->members[kAaaa] = RawValue(); }, true},
      {[](GroupReading* r) { r->state = RawValue(); }, true},
      {[](GroupReading*) {}, false},
      {[](GroupReading* r) { r->members[kA] = Holding({"x"}); }, false},
      {[](GroupReading* r) { r->members[kA] = OfWrongType(); }, false},
      {[](GroupReading* r) {
         r->state = Holding({"state", "enabled"});
       },
       false},
      {[](GroupReading* r) { r->state = OfWrongType(); }, false},
      {[](GroupReading* r) { r->members = {}; }, false},
      {[](GroupReading* r) { r->state.reset(); }, false},
  };
  for (const Case& c : cases) {
    CAPTURE(&c - cases);
    GroupReading reading = WholeGroup();
    c.change(&reading);
    Findings findings;
    BuildGroup(reading, before, &findings);
    CHECK(findings.vanished == c.vanished);
  }
}

TEST_CASE("what has not changed is the previous object, part by part") {
  const auto name = Built(WholeName());
  GroupLists lists;
  Findings findings;
  CHECK(BuildName(WholeName(), name, &lists, &findings) != nullptr);
  NameReading part;
  part.name = "n";
  part.members[kA] = Holding({"192.0.2.2"});
  const auto changed = BuildName(part, name, &lists, &findings);
  CHECK(changed->config == name->config);
  CHECK(changed->groups == name->groups);
  CHECK(changed->addresses[kA] != name->addresses[kA]);
  CHECK(changed->addresses[kAaaa] == name->addresses[kAaaa]);
  CHECK(changed->skip == name->skip);
  CHECK(changed->last_good[kA] == changed->addresses[kA]);
  part.members[kA] = Holding({"192.0.2.1"});
  CHECK(BuildName(part, name, &lists, &findings) == name);

  const auto group = Built(WholeGroup());
  CHECK(BuildGroup(WholeGroup(), group, &findings) == group);
}

TEST_CASE("a set that is emptied leaves the last one that was not") {
  const auto before = Built(WholeGroup());
  GroupReading reading;
  reading.name = "g";
  reading.members[kA] = RawValue();
  Findings findings;
  const auto after = BuildGroup(reading, before, &findings);
  CHECK(after->addresses[kA]->empty());
  CHECK(after->last_good[kA] == before->addresses[kA]);
}

TEST_CASE("names of the same texts each have the complaint about them") {
  GroupLists lists;
  Findings findings;
  NameReading reading = WholeName();
  reading.head->weights = Holding({"g1", "heavy"});
  for (const char* name : {"a", "b"}) {
    reading.name = name;
    BuildName(reading, nullptr, &lists, &findings);
  }
  REQUIRE(findings.complaints.size() == 2);
  CHECK(findings.complaints[0].key == "a:WEIGHTS");
  CHECK(findings.complaints[1].key == "b:WEIGHTS");
}

TEST_CASE("all keys that were read are named") {
  GroupLists lists;
  Findings findings;
  BuildName(WholeName(), nullptr, &lists, &findings);
  BuildGroup(WholeGroup(), nullptr, &findings);
  CHECK(findings.keys == Strings{"n:CONFIG", "n:GROUPS", "n:WEIGHTS", "n:A",
                                 "n:AAAA", "n:A:SKIPLIST", "n:AAAA:SKIPLIST",
                                 "g:A", "g:AAAA", "g:STATE"});
}

}  // namespace
}  // namespace groupring::redis
