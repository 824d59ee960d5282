#include "backend/health/ftp_passive.h"

#include "backend/health/endpoint.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

std::string Pasv(std::string_view text) {
  const auto passive = ParsePasv(text);
  if (!passive) return "none";
  return EndpointText({redis::Family::kA, passive->address, passive->port});
}

TEST_CASE("the address of PASV is six numbers, with or without parentheses") {
  CHECK(Pasv("Entering Passive Mode (192,0,2,1,82,8).") == "192.0.2.1:21000");
  CHECK(Pasv("Entering Passive Mode (192,0,2,1,82,8)") == "192.0.2.1:21000");
  CHECK(Pasv("Entering Passive Mode 192,0,2,1,82,8") == "192.0.2.1:21000");
  CHECK(Pasv("=192,0,2,1,0,21") == "192.0.2.1:21");
  CHECK(Pasv("2 ways: 255,255,255,255,255,255") == "255.255.255.255:65535");
  CHECK(Pasv("(0,0,0,0,82,8)") == "0.0.0.0:21000");
}

TEST_CASE("a malformed address of PASV is none") {
  for (const char* text :
       {"", "Entering Passive Mode", "Entering Passive Mode (1,78,43).",
        "(192,0,2,1,82)", "(192,0,2,1,82,)", "(192,0,2,1,82,256)",
        "(192,0,2,300,82,8)", "(192,0,2,1,82,8,9)", "(192,0,2,1,0,0)",
        "(192, 0, 2, 1, 82, 8)", "(192.0.2.1.82.8)", "(|||21000|)"}) {
    INFO(text);
    CHECK(Pasv(text) == "none");
  }
}

TEST_CASE("the port of EPSV stands between the delimiters") {
  CHECK(ParseEpsv("Entering Extended Passive Mode (|||21000|)") == 21000);
  CHECK(ParseEpsv("229 Extended Passive mode OK (|||1|)") == 1);
  CHECK(ParseEpsv("(!!!65535!)") == 65535);
}

TEST_CASE("a malformed port of EPSV is none") {
  for (const char* text :
       {"", "(", "()", "(|||)", "(||||)", "(|||0|)", "(|||65536|)",
        "(|||21000)", "(||21000|)", "(|1|192.0.2.1|21000|)", "(|||21000|",
        "|||21000|", "(   21000 )", "(111210001)", "(|||-5|)", "(|||21 |)",
        "Entering Passive Mode (192,0,2,1,82,8)."}) {
    INFO(text);
    CHECK_FALSE(ParseEpsv(text));
  }
}

}  // namespace
}  // namespace groupring::backend
