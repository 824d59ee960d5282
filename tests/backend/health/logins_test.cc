#include "backend/health/logins.h"

#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

TEST_CASE("logins are a line each, the password to the end of it") {
  const auto logins = ParseLogins(
      "# of the checker\n"
      "probe  health  s3cret word \n"
      "\n"
      "\tother\tuser\tx#y\r\n"
      "last u p",
      "logins");
  REQUIRE(logins.ok());
  CHECK(*logins == Logins{{"probe", {"health", "s3cret word "}},
                          {"other", {"user", "x#y"}},
                          {"last", {"u", "p"}}});
  CHECK(ParseLogins("", "logins")->empty());
}

TEST_CASE("a line that is no login is named, without what it holds") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"probe health\n",
       "logins:1: expected NAME USER PASSWORD, a line for each login"},
      {"a b c\n\nprobe\n",
       "logins:3: expected NAME USER PASSWORD, a line for each login"},
      {"a b c\na d e\n", "logins:2: this name has a login already, further up"},
      {"a b s3\x01cret\n",
       "logins:1: FTP has no way to send control characters"}};
  for (const auto& [text, error] : cases) {
    const auto logins = ParseLogins(text, "logins");
    REQUIRE_FALSE(logins.ok());
    CHECK(logins.status().message() == error);
  }
}

TEST_CASE("a file that others may read or write is refused") {
  const testing::TempDirectory directory;
  const std::string file = directory.Write("logins", "probe u p\n");
  for (const mode_t mode : {0600u, 0640u, 0400u}) {
    INFO(std::oct << mode);
    REQUIRE(chmod(file.c_str(), mode) == 0);
    const auto logins = LoadLogins(file);
    REQUIRE(logins.ok());
    CHECK(logins->at("probe") == Credential{"u", "p"});
  }
  for (const mode_t mode : {0644u, 0602u, 0601u}) {
    INFO(std::oct << mode);
    REQUIRE(chmod(file.c_str(), mode) == 0);
    const auto logins = LoadLogins(file);
    REQUIRE_FALSE(logins.ok());
    CHECK(std::string(logins.status().message())
              .find("is open to everybody (mode 06") != std::string::npos);
  }
}

TEST_CASE("a file that is not there is named with why") {
  const auto logins = LoadLogins("/nonexistent/logins");
  REQUIRE_FALSE(logins.ok());
  CHECK(logins.status().message() ==
        "/nonexistent/logins: cannot be read: No such file or directory; "
        "[checker] logins_file names it");
  CHECK_FALSE(LoadLogins("/tmp").ok());
}

}  // namespace
}  // namespace groupring::backend
