#include "redis/load/complaint_log.h"

#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

namespace groupring::redis {
namespace {

struct Fixture {
  testing::ManualClock clock;
  std::vector<std::string> lines;
  std::atomic<uint64_t> malformed{0};
  ComplaintLog log{
      &clock,
      [this](Severity, const std::string& line) { lines.push_back(line); },
      &malformed};
};

TEST_CASE("a complaint is said once until it has been put right") {
  Fixture f;
  f.log.Update({"k"}, {{"k", "is odd"}});
  f.log.Update({"k"}, {{"k", "is odd"}});
  CHECK(f.lines == std::vector<std::string>{"Redis key \"k\": is odd"});
  // Reading another key says nothing about this one.
  f.log.Update({"other"}, {});
  f.log.Update({"k"}, {{"k", "is odd"}});
  CHECK(f.lines.size() == 1);
  f.log.Update({"k"}, {});
  f.log.Update({"k"}, {{"k", "is odd"}});
  CHECK(f.lines.size() == 3);  // and that it was put right
  CHECK(f.malformed == 2);
}

TEST_CASE("a second fault of a key is said without repeating the first") {
  Fixture f;
  f.log.Update({"k"}, {{"k", "a"}});
  f.log.Update({"k"}, {{"k", "a"}, {"k", "b"}});
  CHECK(f.lines.size() == 2);
  CHECK(f.lines[1] == "Redis key \"k\": b");
}

TEST_CASE("many faults of one key become a handful of lines") {
  Fixture f;
  Complaints complaints;
  for (int i = 0; i < 100; ++i) complaints.push_back({"k", std::to_string(i)});
  f.log.Update({"k"}, complaints);
  CHECK(f.lines.size() == 6);
  CHECK(f.lines[5] == "Redis key \"k\": 95 more like these");
  CHECK(f.malformed == 100);
}

TEST_CASE("faults of very many keys are counted but not all said") {
  Fixture f;
  for (int i = 0; i < 3000; ++i) {
    const std::string key = std::to_string(i);
    f.log.Update({key}, {{key, "is odd"}});
  }
  CHECK(f.lines.size() == 1000);
  CHECK(f.malformed == 3000);
  f.clock.Advance(std::chrono::minutes(1));
  f.log.Update({"k"}, {{"k", "is odd"}});
  CHECK(f.lines.size() == 1001);
}

TEST_CASE("keys that are listed stay up to date when no more are listed") {
  Fixture f;
  for (size_t i = 0; i <= ComplaintLog::kMaxListedKeys; ++i) {
    const std::string key = std::to_string(1'000'000 + i);
    f.log.Update({key}, {{key, "is odd"}});
  }
  f.log.Update({"1000000"}, {{"1000000", "is odder"}});
  size_t total = 0;
  const Complaints first = f.log.Open(1, &total);
  REQUIRE(first.size() == 1);
  CHECK(first[0].key == "1000000");
  CHECK(first[0].text == "is odder");
  CHECK(total == ComplaintLog::kMaxListedKeys + 1);
}

}  // namespace
}  // namespace groupring::redis
