#include "redis/model/dataset.h"

#include <memory>
#include <string>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

std::shared_ptr<const NameData> Name(const std::string& text) {
  auto data = std::make_shared<NameData>();
  data->name = text;
  return data;
}

std::shared_ptr<const GroupData> Group(const std::string& text) {
  auto data = std::make_shared<GroupData>();
  data->name = text;
  return data;
}

bool Same(const Dataset& a, const Dataset& b) {
  bool same_names = true;
  SharedMap<NameData>::ForEachDifference(
      a.names, b.names,
      [&](const NameData*, const NameData*) { same_names = false; });
  return same_names && a.generation == b.generation &&
         a.accepted_unix_millis == b.accepted_unix_millis &&
         a.groups == b.groups;
}

TEST_CASE("a dataset that follows a change is as the other one is") {
  Dataset now;
  now.generation = 7;
  now.names.Set(Name("a"));
  now.names.Set(Name("b"));
  now.groups = {{"g1", Group("g1")}, {"g2", Group("g2")}};
  Dataset followed = now;

  now.generation = 8;
  now.accepted_unix_millis = 1000;
  now.names.Set(Name("a"));
  now.names.erase("b");
  now.names.Set(Name("c"));
  now.groups.erase("g1");
  now.groups["g2"] = Group("g2");
  now.groups["g3"] = Group("g3");
  DatasetChange change;
  change.names = {"a", "b", "c", "never was"};
  change.groups = {"g1", "g2", "g3"};
  Follow(now, change, &followed);
  CHECK(Same(followed, now));
}

TEST_CASE("groups that a change does not name are left as they were") {
  Dataset now;
  now.groups = {{"g1", Group("g1")}};
  Dataset followed;
  Follow(now, {}, &followed);
  CHECK(followed.groups.empty());
}

TEST_CASE("a change of everything is followed whatever was there") {
  Dataset now;
  now.generation = 3;
  now.names.Set(Name("a"));
  Dataset followed;
  followed.names.Set(Name("old"));
  followed.groups = {{"old", Group("old")}};
  DatasetChange change;
  change.everything = true;
  Follow(now, change, &followed);
  CHECK(Same(followed, now));
}

}  // namespace
}  // namespace groupring::redis
