#include "backend/change/operations.h"

#include <set>
#include <string>

#include "redis/schema/enum_names.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("every kind of change is an operation, in the order of the names") {
  std::string names;
  for (const Operation& operation : Operations()) {
    names += names.empty() ? "" : ", ";
    names += ToText(operation.kind);
    CHECK(operation.make != nullptr);
    CHECK_FALSE(std::string(operation.help).empty());
  }
  CHECK(names == redis::AllNames<redis::ChangeKind>());
}

TEST_CASE("a short form of a plan stands for one operation") {
  std::set<std::string> verbs;
  for (const Operation& operation : Operations()) {
    if (operation.plan != PlanPaths::kLongAndShort) continue;
    const std::string path(ToText(operation.kind));
    CHECK(verbs.insert(path.substr(path.find(' '))).second);
  }
}

}  // namespace
}  // namespace groupring::backend
