#include "backend/protocol/url_text.h"

#include <string>
#include <string_view>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using namespace std::string_view_literals;

std::string Fields(std::string_view form) {
  std::string text;
  const bool ok = ForEachFormField(
      form, [&](std::string_view name, std::string_view value) {
        text.append(name).append("=").append(value).append(";");
      });
  return ok ? text : "refused";
}

TEST_CASE("percent-decoding takes any byte, in either case of digits") {
  CHECK(PercentDecode("a%2eb%2E%00%fF", PlusSign::kPlus) == "a.b.\0\xff"sv);
  CHECK(PercentDecode("a+b", PlusSign::kPlus) == "a+b");
  CHECK(PercentDecode("a+b%2b", PlusSign::kSpace) == "a b+");
  CHECK(PercentDecode("", PlusSign::kPlus) == "");
}

TEST_CASE("an incomplete escape does not decode") {
  for (const char* text : {"%", "%2", "a%", "%g0", "%0g", "%-1", "% 1", "%%"}) {
    CAPTURE(text);
    CHECK_FALSE(PercentDecode(text, PlusSign::kPlus).has_value());
  }
}

TEST_CASE("form fields are cut before they are decoded") {
  CHECK(Fields("a=1&b=%26%3d&&c&d==x&=y") == "a=1;b=&=;c=;d==x;=y;");
  CHECK(Fields("") == "");
  CHECK(Fields("a=%") == "refused");
  CHECK(Fields("%=a") == "refused");
}

}  // namespace
}  // namespace groupring::backend
