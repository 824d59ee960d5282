#include "backend/protocol/json_text.h"

#include <random>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using nlohmann::json;
using namespace std::string_view_literals;

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

TEST_CASE("what JSON cannot hold as it is, is escaped") {
  CHECK(Quoted("plain") == R"("plain")");
  CHECK(Quoted("a\"b\\c") == R"("a\"b\\c")");
  CHECK(Quoted("\n\r\t") == R"("\n\r\t")");
  CHECK(Quoted("\0\x1f"sv) == R"("\u0000\u001f")");
  CHECK(Quoted("\x7f") == "\"\x7f\"");
}

TEST_CASE("well-formed UTF-8 passes, anything else becomes U+FFFD") {
  const std::string_view good = "é€😀\xf4\x8f\xbf\xbf\xed\x9f\xbf";
  CHECK(Quoted(good) == '"' + std::string(good) + '"');
  for (const std::string_view bad :
       {"\x80"sv, "\xc0\xaf"sv, "\xc3"sv, "\xe0\x9f\xbf"sv, "\xe2\x82"sv,
        "\xed\xa0\x80"sv, "\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv,
        "\xf5\x80\x80\x80"sv, "\xff"sv}) {
    std::string expected;
    for (size_t i = 0; i < bad.size(); ++i) expected += "\xef\xbf\xbd";
    CHECK(Quoted(bad) == '"' + expected + '"');
  }
}

TEST_CASE("any bytes give JSON that parses; good text comes back as it was") {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 12, '\0');
    for (char& c : bytes) {
      // Mostly from around the bounds that UTF-8 cares about.
      static constexpr std::string_view kBounds =
          "\x00\"\\\x1f a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc2\xdf\xe0\xed"
          "\xef\xf0\xf4\xf5\xff"sv;
      c = kBounds[random() % kBounds.size()];
    }
    const json parsed = json::parse(Quoted(bytes), nullptr, false);
    REQUIRE(parsed.is_string());
    const std::string text = parsed.get<std::string>();
    if (text.find("\xef\xbf\xbd") == text.npos) REQUIRE(text == bytes);
  }
}

}  // namespace
}  // namespace groupring::backend
