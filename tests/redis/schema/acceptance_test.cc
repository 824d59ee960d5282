#include "redis/schema/acceptance.h"

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

TEST_CASE("what is written as an acceptance is read as the same one") {
  const Acceptance acceptance{1'700'000'000'123, 12, "ana@ns1", "moved"};
  Strings words = AcceptanceCommand(acceptance);
  REQUIRE(words.size() == 10);
  CHECK(words[0] == "HSET");
  CHECK(words[1] == "groupring:accepted");
  words.erase(words.begin(), words.begin() + 2);
  Complaints complaints;
  CHECK(ParseAcceptance(Holding(words), &complaints) == acceptance);
  CHECK(complaints.empty());
}

TEST_CASE("half an acceptance accepts nothing") {
  struct Case {
    RawValue raw;
    Acceptance acceptance;
    Strings complaints;
  };
  const std::string key = "groupring:accepted: ";
  const std::string time_expected =
      ": expected the time in unix milliseconds; nothing is accepted";
  const std::string names_expected =
      ": expected the number of names that Redis holds; nothing is accepted";
  for (const Case& c : {
           Case{{}, {}, {}},
           Case{Holding({"time", "1000000000000", "names", "0"}),
                {1'000'000'000'000, 0, "", ""},
                {}},
           Case{Holding({"TIME", " 253402300799999 ", "Names",
                         "9223372036854775807", "BY", " ana ", "reason", ""}),
                {253'402'300'799'999, 9223372036854775807, "ana", ""},
                {}},
           // Of seconds, one too early, one too late.
           Case{Holding({"time", "1700000000", "names", "1"}),
                {},
                {key + "time \"1700000000\"" + time_expected}},
           Case{Holding({"time", "999999999999", "names", "1"}),
                {},
                {key + "time \"999999999999\"" + time_expected}},
           Case{Holding({"time", "253402300800000", "names", "1"}),
                {},
                {key + "time \"253402300800000\"" + time_expected}},
           Case{Holding({"time", "1700000000000", "names", "-1"}),
                {},
                {key + "names \"-1\"" + names_expected}},
           Case{Holding({"time", "1700000000000"}),
                {},
                {key + "names is missing" + names_expected}},
           Case{Holding({"by", "ana"}),
                {},
                {key + "time is missing" + time_expected,
                 key + "names is missing" + names_expected}},
           Case{OfWrongType(), {}, {key + "is no hash; nothing is accepted"}},
           Case{Denied(), {}, {key + kDeniedText + "nothing is accepted"}},
       }) {
    CAPTURE(c.raw.items);
    Complaints complaints;
    CHECK(ParseAcceptance(c.raw, &complaints) == c.acceptance);
    CHECK(Lines(complaints) == c.complaints);
  }
}

}  // namespace
}  // namespace groupring::redis
