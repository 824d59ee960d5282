#include "backend/protocol/presentation.h"

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("a trailing dot is one that no backslash escapes") {
  CHECK(HasTrailingDot("."));
  CHECK(HasTrailingDot("a.b."));
  CHECK(HasTrailingDot(R"(a\\.)"));
  CHECK_FALSE(HasTrailingDot(""));
  CHECK_FALSE(HasTrailingDot("a.b"));
  CHECK_FALSE(HasTrailingDot(R"(a\.)"));
  CHECK_FALSE(HasTrailingDot(R"(a\\\.)"));
}

TEST_CASE("names lose their trailing dot, the root does not") {
  CHECK(WithoutTrailingDot("a.b.") == "a.b");
  CHECK(WithoutTrailingDot("a.b") == "a.b");
  CHECK(WithoutTrailingDot(R"(a\.)") == R"(a\.)");
  CHECK(WithoutTrailingDot(".") == ".");
  CHECK(WithoutTrailingDot("") == ".");
}

TEST_CASE("a TTL that PowerDNS would refuse is cut to the largest it takes") {
  CHECK(WireTtl(60) == 60);
  CHECK(WireTtl(0x7fffffff) == 0x7fffffff);
  CHECK(WireTtl(0xffffffff) == 0x7fffffff);
}

}  // namespace
}  // namespace groupring::backend
