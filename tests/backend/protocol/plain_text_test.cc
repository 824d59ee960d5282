#include "backend/protocol/plain_text.h"

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("plain text: which bytes stand for themselves") {
  for (int byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    CHECK(IsPlain(c) ==
          (byte >= 0x20 && byte <= 0x7f && byte != 0x22 && byte != 0x5c));
  }
}

TEST_CASE("plain text: ends before the first byte that is not plain") {
  CHECK(PlainPrefix("") == 0);
  CHECK(PlainPrefix("\"") == 0);
  CHECK(PlainPrefix("local\":\"192.0.2.1\"") == 5);
  CHECK(PlainPrefix("ftp.example.org.") == 16);
  // Every byte in every place of the eight, before and behind every other.
  for (size_t place = 0; place < 17; ++place) {
    for (int first = 0; first < 256; ++first) {
      std::string text(17, 'a');
      text[place] = static_cast<char>(first);
      const size_t expected = IsPlain(text[place]) ? text.size() : place;
      REQUIRE(PlainPrefix(text) == expected);
      for (const char next : {'"', '\\', '\0', '\x1f', '\x80', '\xff', '!'}) {
        if (place + 1 == text.size()) continue;
        text[place + 1] = next;
        REQUIRE(PlainPrefix(text) == (expected == place ? place
                                      : IsPlain(next)   ? text.size()
                                                        : place + 1));
      }
    }
  }
}

TEST_CASE("plain text: any bytes, as one after another would tell") {
  std::mt19937 random(7);
  for (int i = 0; i < 100'000; ++i) {
    std::string text(random() % 40, ' ');
    // Mostly plain, or else few would pass the first bytes.
    for (char& c : text) {
      c = static_cast<char>(random() % 8 == 0 ? random() : '#' + random() % 50);
    }
    size_t expected = 0;
    while (expected < text.size() && IsPlain(text[expected])) ++expected;
    REQUIRE(PlainPrefix(text) == expected);
  }
}

}  // namespace
}  // namespace groupring::backend
