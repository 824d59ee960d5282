#include "redis/load/group_lists.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

RawNameHead HeadWith(std::vector<std::string> groups,
                     std::vector<std::string> weights = {}) {
  RawNameHead head;
  head.groups = {RawValue::Kind::kValue, std::move(groups)};
  if (!weights.empty()) {
    head.weights = {RawValue::Kind::kValue, std::move(weights)};
  }
  return head;
}

TEST_CASE("group lists: the very same texts are the list remembered") {
  GroupLists lists;
  CHECK(lists.IfRemembered(HeadWith({"a", "b"})) == nullptr);
  const auto list = lists.Intern({{"a", 100}, {"b", 100}});
  lists.Remember(HeadWith({"a", "b"}), list);
  CHECK(lists.IfRemembered(HeadWith({"a", "b"})) == list);
  CHECK(lists.IfRemembered(HeadWith({"b", "a"})) == nullptr);
  CHECK(lists.IfRemembered(HeadWith({"a"})) == nullptr);
  CHECK(lists.IfRemembered(HeadWith({"a", "b"}, {"a", "7"})) == nullptr);
}

TEST_CASE("group lists: nothing is remembered of lists that nobody uses") {
  GroupLists lists;
  lists.Remember(HeadWith({"a"}), lists.Intern({{"a", 100}}));
  lists.Prune();
  CHECK(lists.IfRemembered(HeadWith({"a"})) == nullptr);
}

}  // namespace
}  // namespace groupring::redis
