#include "redis/schema/raw_value.h"

#include <limits>

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST_CASE("a whole number is digits within bounds, with space around") {
  struct Case {
    const char* text;
    int64_t minimum;
    int64_t maximum;
    std::optional<int64_t> number;
  };
  for (const Case& c :
       {Case{"0", 0, 9, 0}, Case{"9", 0, 9, 9}, Case{" \t7\r\n", 0, 9, 7},
        Case{"007", 0, 9, 7}, Case{"9223372036854775807", 0, kMax, kMax},
        Case{"", 0, 9, std::nullopt}, Case{" ", 0, 9, std::nullopt},
        Case{"10", 0, 9, std::nullopt}, Case{"0", 1, 9, std::nullopt},
        Case{"-1", 0, 9, std::nullopt}, Case{"-0", 0, 9, std::nullopt},
        Case{"-1", kMin, 9, std::nullopt}, Case{"+1", 0, 9, std::nullopt},
        Case{"1.0", 0, 9, std::nullopt}, Case{"1e0", 0, 9, std::nullopt},
        Case{"0x1", 0, 9, std::nullopt}, Case{"1 2", 0, 99, std::nullopt},
        Case{"one", 0, 9, std::nullopt},
        Case{"9223372036854775808", 0, kMax, std::nullopt}}) {
    CAPTURE(c.text);
    CHECK(ParseWholeNumber(c.text, c.minimum, c.maximum) == c.number);
  }
}

TEST_CASE("a field of exactly the name goes before one in other case") {
  const std::string key = "k";
  Complaints complaints;
  for (const Strings& items :
       {Strings{"TTL", "1", "ttl", "2"}, Strings{"ttl", "2", "TTL", "1"},
        Strings{"ttl", "2", "TTL", "1", "Ttl", "3"}}) {
    const RawValue raw = Holding(items);
    CHECK(HashFields(key, raw, &complaints).Find("TTL") == "1");
  }
  const RawValue raw = Holding({"tTL", " 5 \n", "other", "TTL", "TTLx", "6"});
  const HashFields fields(key, raw, &complaints);
  CHECK(fields.Find("TTL") == "5");
  CHECK_FALSE(fields.Find("TT"));
  CHECK_FALSE(HashFields(key, {}, &complaints).Find("TTL"));
  CHECK(complaints.empty());
}

TEST_CASE("a number that makes no sense is complained about and replaced") {
  const std::string key = "k";
  const RawValue raw = Holding({"n", "12", "m", "x\x01"});
  Complaints complaints;
  HashFields fields(key, raw, &complaints);
  CHECK(fields.Number("n", 0, 12, 4, 5, "count") == 12);
  CHECK(fields.Number("missing", 0, 12, 4, 5, "count") == 4);
  CHECK(complaints.empty());
  CHECK(fields.Number("n", 0, 11, 4, 5, "count") == 5);
  CHECK(fields.Number("m", 0, 11, 4, 5, "count") == 5);
  CHECK(Lines(complaints) ==
        Strings{"k: field \"n\": \"12\" is no count (a whole number from 0 to "
                "11); 5 is used instead",
                "k: field \"m\": \"x\\x01\" is no count (a whole number from 0 "
                "to 11); 5 is used instead"});
}

TEST_CASE("texts of others are quoted, escaped and cut") {
  CHECK(Quoted("a b~") == "\"a b~\"");
  CHECK(Quoted("\"\\\n\x7f\xc3") == R"("\"\\\x0a\x7f\xc3")");
  CHECK(Quoted(std::string(80, 'a')) == "\"" + std::string(80, 'a') + "\"");
  CHECK(Quoted(std::string(81, 'a')) == "\"" + std::string(80, 'a') + "...\"");
}

}  // namespace
}  // namespace groupring::redis
