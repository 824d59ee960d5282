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

}  // namespace
}  // namespace groupring::redis
