#include "backend/change/operands.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("durations are read as operators write them") {
  CHECK(*ParseDuration("90s", "--over") == 90);
  CHECK(*ParseDuration("30m", "--over") == 1800);
  CHECK(*ParseDuration("4h", "--over") == 14400);
  CHECK(*ParseDuration("1h30m", "--over") == 5400);
  CHECK(*ParseDuration("2d", "--over") == 172800);
}

TEST_CASE("what is no duration is refused with an example of one") {
  for (const char* text : {"", "30", "m", "30x", "-5m", "1.5h", "30m1h", "5m5m",
                           "0s", " 30m", "99999999999999999999d"}) {
    CAPTURE(text);
    const auto duration = ParseDuration(text, "--over");
    REQUIRE_FALSE(duration.ok());
    CHECK(duration.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(std::string(duration.status().message()) ==
          std::string("--over: \"") + text +
              "\" is no duration; expected one like 90s, 30m, 4h, 1h30m or "
              "2d");
  }
}

TEST_CASE("a time to come back is ahead, relative or absolute") {
  CHECK(*ParseUntil("", 1000) == 0);
  CHECK(*ParseUntil("+4h", 1000) == 15400);
  CHECK(*ParseUntil("4h", 1000) == 15400);
  CHECK(*ParseUntil("2027-01-15T08:10:00Z", 1'800'000'000) == 1'800'000'600);
  CHECK(*ParseUntil("2027-01-15T09:10:00+01:00", 1'800'000'000) ==
        1'800'000'600);
  CHECK(std::string(ParseUntil("2027-01-15T08:00:00Z", 1'800'000'000)
                        .status()
                        .message()) ==
        "--until: 2027-01-15T08:00:00Z has passed; expected a time that lies "
        "ahead");
  CHECK(std::string(ParseUntil("noon", 0).status().message()) ==
        "--until: \"noon\" is no time; expected one like +4h, 2d or "
        "2026-10-07T13:12:03Z");
}

TEST_CASE("durations are shown in the largest units") {
  CHECK(DurationText(90) == "1m30s");
  CHECK(DurationText(5400) == "1h30m");
  CHECK(DurationText(172800) == "2d");
  CHECK(DurationText(0) == "0s");
}

TEST_CASE("a group is called without white space or control characters") {
  CHECK(CheckGroupName("px-vno-2").ok());
  CHECK(CheckGroupName("größe").ok());
  for (const char* name : {"", "a b", "a\tb", "a\nb", "\x7f"}) {
    CHECK_FALSE(CheckGroupName(name).ok());
  }
  CHECK_FALSE(CheckGroupName(std::string(256, 'g')).ok());
}

}  // namespace
}  // namespace groupring::backend
