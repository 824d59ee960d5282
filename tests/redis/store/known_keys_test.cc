#include "redis/store/known_keys.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

TEST_CASE("a key is known until it is forgotten") {
  KnownKeys known;
  CHECK_FALSE(known.contains("a:CONFIG"));
  known.Add("a:CONFIG");
  known.Add("a:GROUPS");
  CHECK(known.contains("a:CONFIG"));
  known.Forget("a:CONFIG");
  CHECK_FALSE(known.contains("a:CONFIG"));
  CHECK(known.contains("a:GROUPS"));
  known.Clear();
  CHECK_FALSE(known.contains("a:GROUPS"));
}

TEST_CASE(
    "keys that come and go do not add up, and those that stay are known") {
  KnownKeys known;
  for (int i = 0; i < 20'000; ++i) known.Add(std::to_string(i));
  known.WalkEnded(10'000);
  CHECK(known.contains("7"));
  known.WalkEnded(9'999);
  CHECK_FALSE(known.contains("7"));
  known.Add("7");
  known.WalkEnded(0);  // of few it does not matter
  CHECK(known.contains("7"));
}

}  // namespace
}  // namespace groupring::redis
