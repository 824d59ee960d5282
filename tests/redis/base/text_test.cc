#include "redis/base/text.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring {
namespace {

TEST_CASE("letters are compared without regard to case, and nothing else is") {
  CHECK(EqualsIgnoreCase("Content-Type", "cONTENT-tYPE"));
  CHECK(EqualsIgnoreCase("", ""));
  CHECK_FALSE(EqualsIgnoreCase("a", "ab"));
  CHECK_FALSE(EqualsIgnoreCase("a", "b"));
  // They differ by the bit that tells small letters from capital ones.
  CHECK_FALSE(EqualsIgnoreCase("@", "`"));
  CHECK_FALSE(EqualsIgnoreCase("[", "{"));
  CHECK_FALSE(EqualsIgnoreCase("\xc3\x84", "\xc3\xa4"));
  CHECK(ToLowerAscii("AZ@[a\xc3\x84") == "az@[a\xc3\x84");
}

TEST_CASE("white space is taken off both ends only") {
  CHECK(Trimmed(" \t\r\n\v\fa b\f\v\n\r\t ") == "a b");
  CHECK(Trimmed("a") == "a");
  CHECK(Trimmed(" \t").empty());
  CHECK(Trimmed("").empty());
}

}  // namespace
}  // namespace groupring
