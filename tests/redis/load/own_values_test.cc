// Keys of groupring's own, in a real Redis.
#include "redis/load/own_values.h"

#include <optional>
#include <string>
#include <vector>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("the names that changes wrote are those of these changes alone") {
  testing::RedisServer redis;
  redis.Run(
      "XADD groupring:audit * generation 1 names 'a.test b.test'\n"
      "XADD groupring:audit * generation 2 names 'b.test c.test'\n"
      "XADD groupring:audit * generation 3 names d.test\n"
      "XADD groupring:audit * generation 5 names f.test\n");
  const auto admin = Connected(redis.url());
  const auto written = [&](int64_t after, int64_t up_to) {
    const auto names = ReadNamesWritten(after, up_to, &admin->connection());
    REQUIRE(names.ok());
    return *names;
  };
  CHECK(written(0, 2) == Names{"a.test", "b.test", "c.test"});
  CHECK(written(1, 3) == Names{"b.test", "c.test", "d.test"});
  // 4 is not told of.
  CHECK(written(2, 5) == std::nullopt);
  CHECK(written(3, 3) == std::nullopt);
}

TEST_CASE("the entries that changes wrote are told in their order, or not") {
  testing::RedisServer redis;
  redis.Run(
      "XADD groupring:audit * generation 1 names '' affinity 10.0.0.0/8=a\n"
      "XADD groupring:audit * generation 2 names b.test\n"
      "XADD groupring:audit * generation 3 affinity '10.0.0.0/8= ::/0=b'\n"
      "XADD groupring:audit * generation 4 affinity '*'\n"
      "XADD groupring:audit * generation 6 affinity ::/0=c\n");
  const auto admin = Connected(redis.url());
  const auto written = [&](int64_t after, int64_t up_to) {
    const auto edits = ReadAffinityEdits(after, up_to, &admin->connection());
    REQUIRE(edits.ok());
    return *edits;
  };
  const auto all = written(0, 3);
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 3);
  CHECK((*all)[0].entry.text == "10.0.0.0/8");
  CHECK_FALSE((*all)[0].removed);
  CHECK((*all)[1].removed);
  CHECK((*all)[2].entry.label.name == "b");
  CHECK(written(1, 2)->empty());
  CHECK(written(2, 4) == std::nullopt);
  CHECK(written(4, 6) == std::nullopt);
  CHECK(written(5, 6)->size() == 1);
}

}  // namespace
}  // namespace groupring::redis
