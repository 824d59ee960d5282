#include "redis/base/printable.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring {
namespace {

TEST_CASE("text that does nothing is shown as it is") {
  for (const std::string text : {"", "a b~", "Überlast, naïve, 東京, 😀"}) {
    CHECK(Printable(text) == text);
  }
}

TEST_CASE("control characters of every kind show as ?") {
  CHECK(Printable("a\nb\tc\r\x1b[31m\x7f") == "a?b?c??[31m?");
  CHECK(Printable(std::string("\0x", 2)) == "?x");
  CHECK(Printable("\xc2\x9b"
                  "31m\xc2\x85") == "?31m?");            // C1
  CHECK(Printable("\xe2\x80\xa8\xe2\x80\xa9") == "??");  // separators
  CHECK(Printable("\xe2\x80\xae"
                  "gro\xe2\x81\xa6\xd8\x9c") == "?gro??");
  CHECK(Printable("\xc2\xa0\xe2\x80\xa7") == "\xc2\xa0\xe2\x80\xa7");
}

TEST_CASE("bytes that are no UTF-8 show as ?, each") {
  CHECK(Printable("\xff\xfe") == "??");
  CHECK(Printable("\xc0\x8a") == "??");
  CHECK(Printable("\xed\xa0\x80") == "???");
  CHECK(Printable("\xf0\x9f\x98") == "???");
  CHECK(Printable("\xf4\x90\x80\x80") == "????");
  CHECK(Printable("\x9b"
                  "31m") == "?31m");
}

TEST_CASE("what is too long is cut, though not within a character") {
  CHECK(Printable("abc", 3) == "abc");
  CHECK(Printable("abcd", 3) == "abc…");
  CHECK(Printable("ab\xc3\xbc", 3) == "ab…");
}

}  // namespace
}  // namespace groupring
