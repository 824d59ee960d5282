#include "redis/model/panic_scopes.h"

#include <memory>
#include <optional>
#include <string>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

std::shared_ptr<const NameData> Name(
    const std::string& text, const std::shared_ptr<const GroupList>& list,
    std::optional<uint32_t> panic = std::nullopt) {
  auto name = std::make_shared<NameData>();
  name->name = text;
  name->groups = list;
  name->config.panic_percent = panic;
  return name;
}

TEST_CASE("panic scopes: each has the number of names that it has now") {
  const auto one = std::make_shared<const GroupList>();
  const auto other = std::make_shared<const GroupList>();
  SharedMap<NameData> names;
  names.Set(Name("a", one));
  names.Set(Name("b", one));
  names.Set(Name("c", one, 50));
  PanicScopes scopes(names);
  CHECK(scopes.all().size() == 2);
  CHECK(scopes.all().at({one.get(), {}}) == 2);
  CHECK(scopes.all().at({one.get(), 50}) == 1);

  names.Set(Name("b", other));
  names.erase("c");
  names.Set(Name("a", one));  // another object of the same scope
  scopes.Follow(names);
  CHECK(scopes.all().size() == 2);
  CHECK(scopes.all().at({one.get(), {}}) == 1);
  CHECK(scopes.all().at({other.get(), {}}) == 1);

  scopes.Follow({});
  CHECK(scopes.all().empty());
}

}  // namespace
}  // namespace groupring::redis
