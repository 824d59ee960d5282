#include "redis/schema/group_load.h"

#include <string>
#include <vector>

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

TEST_CASE("a load has sessions, and may have a capacity and a time") {
  Complaints complaints;
  CHECK(ParseGroupLoad(
            "k",
            Holding({"sessions", "412", "capacity", "800", "at", "1800000000"}),
            &complaints) == GroupLoad{412, 800, 1800000000});
  CHECK(ParseGroupLoad("k", Holding({"sessions", "0"}), &complaints) ==
        GroupLoad{0, 0, 0});
  CHECK_FALSE(ParseGroupLoad("k", RawValue(), &complaints).has_value());
  CHECK(complaints.empty());
}

TEST_CASE("a value that makes no sense harms no other one") {
  Complaints complaints;
  CHECK(ParseGroupLoad("k",
                       Holding({"sessions", "5", "capacity", "0", "at", "now"}),
                       &complaints) == GroupLoad{5, 0, 0});
  CHECK(complaints.size() == 2);
  complaints.clear();
  CHECK_FALSE(ParseGroupLoad("k", Holding({"sessions", "-3", "capacity", "8"}),
                             &complaints)
                  .has_value());
  CHECK(Lines(complaints) ==
        Strings{"k: field \"sessions\": \"-3\" is no number of sessions; the "
                "load of the group is not shown"});
  complaints.clear();
  CHECK_FALSE(
      ParseGroupLoad("k", Holding({"capacity", "8"}), &complaints).has_value());
  CHECK(Lines(complaints) == Strings{"k: has no field \"sessions\"; the load "
                                     "of the group is not shown"});
  complaints.clear();
  CHECK_FALSE(ParseGroupLoad("k", OfWrongType(), &complaints).has_value());
  CHECK(complaints.size() == 1);
}

TEST_CASE("a load is old after five minutes, or when its time is not said") {
  constexpr int64_t kAt = 1'800'000'000;
  CHECK_FALSE(IsOld({1, 2, kAt}, kAt * 1000));
  CHECK_FALSE(IsOld({1, 2, kAt}, (kAt + 300) * 1000));
  CHECK(IsOld({1, 2, kAt}, (kAt + 301) * 1000));
  CHECK(IsOld({1, 2, 0}, kAt * 1000));
}

}  // namespace
}  // namespace groupring::redis
