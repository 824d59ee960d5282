// The judge of the load: what makes an answer right.
#include "tests/support/expectations.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEST_CASE("judge: an answer is right if it was at any moment of its question") {
  Expectations expectations;
  expectations.Adopt({{"alpha"}, {"bravo"}});
  std::string last;
  const auto before = expectations.Begin();
  expectations.Adopt({{"alpha", "charlie"}, {"bravo"}});
  const auto meanwhile = expectations.Begin();
  expectations.Adopt({{"alpha"}, {"bravo"}});
  const auto afterwards = expectations.Begin();

  // Asked before the change, answered during it, seen after it.
  CHECK(expectations.End(before, 0, "charlie", &last));
  CHECK(last == "alpha");
  CHECK(expectations.End(meanwhile, 0, "charlie", &last));
  CHECK_FALSE(expectations.End(afterwards, 0, "charlie", &last));

  CHECK_FALSE(expectations.End(expectations.Begin(), 1, "alpha", &last));
  CHECK(last == "bravo");
  CHECK(expectations.End(expectations.Begin(), 1, "bravo", &last));
}

}  // namespace
}  // namespace groupring::testing
