#include "redis/base/dns_name.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring {
namespace {

TEST_CASE("names with escapes as in zone files are names") {
  for (const std::string name :
       {"", "a", "a.b", "*.a", "_a.b", R"(a\.b.c)", R"(a\\.b)", R"(a\046b)",
        R"(a\255)", R"(\000)"}) {
    CAPTURE(name);
    CHECK(IsValidName(name));
  }
}

TEST_CASE("a backslash before nothing, or before no byte, makes no name") {
  for (const std::string name :
       {R"(\)", R"(a\)", R"(a.b\)", R"(a\9)", R"(a\99)", R"(a\256)", R"(a\99x)",
        R"(a\1.2)", "a\\ b", "a\\\n", "a\\\x7f"}) {
    CAPTURE(name);
    CHECK_FALSE(IsValidName(name));
  }
}

TEST_CASE("an escape counts as one byte of a label") {
  std::string label;
  for (int i = 0; i < 63; ++i) label += R"(\a)";
  CHECK(IsValidName(label));
  CHECK_FALSE(IsValidName(label + "b"));
}

TEST_CASE("an escaped dot is part of its label") {
  CHECK(ParentOf(R"(a\.b.c)") == "c");
  CHECK(ParentOf(R"(a\\.b.c)") == "b.c");
  CHECK(ParentOf(R"(a\.b)").empty());
  CHECK(IsInZone(R"(a\.b.c)", "c"));
  CHECK_FALSE(IsInZone(R"(a\.b.c)", "b.c"));
  CHECK(IsInZone(R"(a\\.b.c)", "b.c"));
}

}  // namespace
}  // namespace groupring
