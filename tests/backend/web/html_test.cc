// HTML as text of others is written into it.
#include "backend/web/html.h"

#include "tests/support/catch.h"
#include "tests/support/hostile_data.h"

namespace groupring::backend {
namespace {

TEST_CASE("text that tries to be HTML stays text") {
  CHECK(EscapedHtml("<script>alert(\"1\")</script>") ==
        "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
  CHECK(EscapedHtml("' onload='x") == "&#39; onload=&#39;x");
  CHECK(EscapedHtml("&lt;") == "&amp;lt;");
  CHECK(EscapedHtml("a\r\nb\t\x1b[31m\xff") == "a??b??[31m?");
  CHECK(EscapedHtml("übung → 50 %") == "übung → 50 %");
}

TEST_CASE("no hostile text has a character that HTML reads") {
  for (const std::string& text : testing::HostileTexts()) {
    const std::string escaped = EscapedHtml(text);
    CAPTURE(text);
    CHECK(escaped.find_first_of(std::string("<>\"'\n\r\0", 7)) ==
          std::string::npos);
  }
}

TEST_CASE("elements are nested, with attributes and text escaped") {
  Html html;
  html.Open("p", {{"class", "a\"b"}});
  html.Text("1 < 2");
  html.Element("b", "&", {{"title", "<"}});
  html.Void("input", {{"value", "'"}});
  html.Close();
  CHECK(html.Take() ==
        "<!DOCTYPE html>\n<p class=\"a&quot;b\">1 &lt; 2"
        "<b title=\"&lt;\">&amp;</b>\n<input value=\"&#39;\">\n</p>\n");
}

TEST_CASE("lines stay lines, each of them escaped") {
  Html html;
  html.Lines("pre", "a <b>\n  c\n");
  CHECK(html.Take() == "<!DOCTYPE html>\n<pre>a &lt;b&gt;\n  c\n</pre>\n");
}

}  // namespace
}  // namespace groupring::backend
