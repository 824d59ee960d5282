// How what was read becomes part of the dataset.
#include "redis/load/mirror.h"

#include <algorithm>

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

NameReading Name(const std::string& name, Strings groups) {
  NameReading reading;
  reading.name = name;
  reading.head.emplace();
  if (!groups.empty()) reading.head->groups = Holding(std::move(groups));
  reading.members = {RawValue(), RawValue()};
  reading.skip = {RawValue(), RawValue()};
  return reading;
}

GroupReading Group(const std::string& group) {
  GroupReading reading;
  reading.name = group;
  reading.members = {Holding({"192.0.2.1"}), RawValue()};
  reading.state = RawValue();
  return reading;
}

Strings Groups(const KeySelection& selection) {
  CHECK(selection.names.empty());
  Strings groups;
  for (const auto& [group, parts] : selection.groups) groups.push_back(group);
  std::sort(groups.begin(), groups.end());
  return groups;
}

// A dataset of names a (g1, g2) and b (g2).
struct Fixture {
  Fixture() {
    Staged staged;
    mirror.Stage({Name("a", {"g1", "g2"}), Name("b", {"g2"})}, &staged);
    mirror.Stage({Group("g1"), Group("g2")}, &staged);
    mirror.Commit(staged);
  }
  Mirror mirror;
};

TEST_CASE("the groups that staged names need are known") {
  Fixture f;
  Staged staged;
  f.mirror.Stage({Name("a", {"g1", "g3"}), Name("c", {"g4"}), Name("b", {})},
                 &staged);
  CHECK(Groups(f.mirror.GroupsOf(staged, false)) == Strings{"g3", "g4"});
  CHECK(Groups(f.mirror.GroupsOf(staged, true)) == Strings{"g1", "g3", "g4"});
}

TEST_CASE("a commit names what changed, and drops groups that nobody uses") {
  Fixture f;
  Staged staged;
  f.mirror.Stage({Name("a", {"g2"}), Name("b", {"g2"})}, &staged);
  const DatasetChange change = f.mirror.Commit(staged);
  CHECK(change.names == Strings{"a"});
  CHECK(change.groups == Strings{"g1"});
  CHECK(f.mirror.dataset().names.size() == 2);
  CHECK(f.mirror.dataset().groups.size() == 1);
  CHECK(f.mirror.dataset().groups.contains("g2"));
}

TEST_CASE("a group that no name refers to is not taken in") {
  Fixture f;
  Staged staged;
  f.mirror.Stage({Group("stray"), Group("g1")}, &staged);
  const DatasetChange change = f.mirror.Commit(staged);
  CHECK(change.groups.empty());
  CHECK(f.mirror.dataset().groups.size() == 2);
}

TEST_CASE("a name that is gone takes its groups along, unless shared") {
  Fixture f;
  Staged staged;
  f.mirror.Stage({Name("a", {})}, &staged);
  CHECK(staged.names.at("a") == nullptr);
  CHECK_FALSE(f.mirror.LeavesNoName(staged));
  const DatasetChange change = f.mirror.Commit(staged);
  CHECK(change.names == Strings{"a"});
  CHECK(change.groups == Strings{"g1"});
}

TEST_CASE("a reading that leaves no name is told from one that leaves some") {
  Fixture f;
  Staged all_gone;
  f.mirror.Stage({Name("a", {}), Name("b", {})}, &all_gone);
  CHECK(f.mirror.LeavesNoName(all_gone));
  Staged replaced;
  f.mirror.Stage({Name("a", {}), Name("b", {}), Name("c", {"g1"})}, &replaced);
  CHECK_FALSE(f.mirror.LeavesNoName(replaced));
  CHECK_FALSE(Mirror().LeavesNoName(Staged()));

  const LossEvidence evidence = f.mirror.Compare(replaced);
  CHECK(evidence.of_known.names.known == 2);
  CHECK(evidence.of_known.names.returned == 0);
  CHECK(evidence.names.size() == 1);
  CHECK(evidence.names.contains("c"));
}

TEST_CASE("a dataset from elsewhere is committed to like one of its own") {
  Fixture f;
  Mirror mirror;
  mirror.Adopt(f.mirror.dataset());
  Staged staged;
  mirror.Stage({Name("a", {"g1", "g2"}), Name("b", {})}, &staged);
  const DatasetChange change = mirror.Commit(staged);
  CHECK(change.names == Strings{"b"});
  CHECK(change.groups.empty());
  CHECK(mirror.dataset().groups.size() == 2);
}

TEST_CASE("what is back is counted by group and address, of all lists") {
  Fixture f;
  Staged staged;
  f.mirror.Stage({Name("a", {"g1"}), Name("b", {"g2"})}, &staged);
  GroupReading grown = Group("g1");
  grown.members[0] = Holding({"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  GroupReading empty = Group("g2");
  empty.members[0] = RawValue();
  f.mirror.Stage({grown, empty}, &staged);
  const LossEvidence evidence = f.mirror.Compare(staged);
  CHECK(evidence.of_known.groups.known == 2);
  CHECK(evidence.of_known.groups.returned == 2);
  // What one group has more makes up for nothing that another one lost.
  CHECK(evidence.of_known.addresses.known == 2);
  CHECK(evidence.of_known.addresses.returned == 1);
}

}  // namespace
}  // namespace groupring::redis
