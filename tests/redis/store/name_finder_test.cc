// What walks over the key space find, and what they say of it.
#include "redis/store/name_finder.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using Names = NameFinder::Names;

struct Fixture {
  Fixture() { finder.Start(); }

  // A whole walk, as the store takes it: step by step.
  Names Walk(bool all_known = false) {
    Names names;
    for (bool completed = false; !completed;) {
      const absl::StatusOr<bool> step =
          finder.Step(&admin->connection(), &names);
      REQUIRE(step.ok());
      finder.StepExamined(all_known);
      completed = *step;
    }
    return names;
  }

  testing::RedisServer redis;
  std::unique_ptr<Admin> admin = Connected(redis.url());
  testing::ManualClock clock;
  std::atomic<uint64_t> malformed{0};
  std::vector<std::string> lines;
  LogSink log = [this](Severity, const std::string& line) {
    lines.push_back(line);
  };
  StoreOptions options;
  ComplaintLog complaints{&clock, log, &malformed};
  NameFinder finder{options, &clock, log, &complaints};
};

TEST_CASE("a key that was put right is complained about when it is back") {
  Fixture f;
  f.redis.Run("SADD Ftp.example.com:GROUPS g1\n");
  CHECK(f.Walk().empty());
  CHECK(f.Walk().empty());
  CHECK(f.lines.size() == 1);
  f.redis.Run("RENAME Ftp.example.com:GROUPS ftp.example.com:GROUPS\n");
  CHECK(f.Walk() == Names{"ftp.example.com"});
  REQUIRE(f.lines.size() == 2);
  CHECK(f.lines[1].ends_with("has been put right"));
  f.redis.Run("SADD Ftp.example.com:GROUPS g1\n");
  CHECK(f.Walk() == Names{"ftp.example.com"});
  CHECK(f.lines.size() == 3);
}

constexpr bool kAllKnown = true;

TEST_CASE("keys that are as they were are passed over once names are known") {
  Fixture f;
  f.redis.Run("SADD a.example.com:GROUPS g1\n");
  CHECK(f.Walk() == Names{"a.example.com"});
  CHECK(f.Walk(kAllKnown) == Names{"a.example.com"});
  CHECK(f.Walk(kAllKnown).empty());
  CHECK(f.Walk(kAllKnown).empty());
  // Another key in the same place is looked at until its name is known.
  f.redis.Run("SADD b.example.com:GROUPS g1\n");
  for (const bool known : {false, kAllKnown}) {
    CHECK(f.Walk(known) == Names{"b.example.com"});
  }
  CHECK(f.Walk(kAllKnown).empty());
}

// One key that comes moves the ends of all steps behind it.
TEST_CASE("of many names only those that are new are looked at") {
  Fixture f;
  const auto add = [&](int from, int to) {
    f.redis.Run(absl::StrCat(
        "EVAL \"for i = ARGV[1], ARGV[2] do redis.call('SADD', 'n' .. i .. "
        "'.example.com:GROUPS', 'g1') end\" 0 ",
        from, " ", to, "\n"));
  };
  add(1, 60'000);
  REQUIRE(f.Walk(kAllKnown).size() == 60'000);
  REQUIRE(f.Walk(kAllKnown).empty());
  add(60'001, 60'002);
  CHECK(f.Walk(kAllKnown).size() == 2);
  CHECK(f.Walk(kAllKnown).empty());
}

TEST_CASE("a name that went and came back with the same keys is found") {
  Fixture f;
  f.redis.Run("SADD a.example.com:GROUPS g1\n");
  REQUIRE(f.Walk(kAllKnown) == Names{"a.example.com"});
  REQUIRE(f.Walk(kAllKnown).empty());
  // Both between two walks, so that these see the same keys.
  DatasetChange change;
  change.names = {"a.example.com"};
  f.finder.Follow(Dataset(), change);
  CHECK(f.Walk() == Names{"a.example.com"});
}

TEST_CASE("a change of names that stay makes nothing be looked at") {
  Fixture f;
  f.redis.Run("SADD a.example.com:GROUPS g1\n");
  REQUIRE(f.Walk(kAllKnown) == Names{"a.example.com"});
  auto name = std::make_shared<NameData>();
  name->name = "a.example.com";
  Dataset dataset;
  dataset.names.Set(name);
  DatasetChange change;
  change.names = {"a.example.com"};
  f.finder.Follow(dataset, change);
  CHECK(f.Walk(kAllKnown).empty());
}

TEST_CASE("a key that is not stored as a name is complained about for good") {
  Fixture f;
  f.redis.Run("SADD Ftp.example.com:GROUPS g1\n");
  for (int i = 0; i < 3; ++i) CHECK(f.Walk(kAllKnown).empty());
  CHECK(f.lines.size() == 1);  // and not that it has been put right
}

TEST_CASE("a key that makes no name is looked at again with the same keys") {
  Fixture f;
  f.redis.Run("SET a.example.com:CONFIG oops\n");
  REQUIRE(f.Walk() == Names{"a.example.com"});
  f.finder.NoName("a.example.com");
  CHECK(f.Walk(kAllKnown).empty());
  f.clock.Advance(f.options.reread_interval);
  CHECK(f.Walk(kAllKnown).empty());  // the end of this walk forgets
  CHECK(f.Walk(kAllKnown) == Names{"a.example.com"});
}

TEST_CASE("keys that make no name are left alone for a while, not forever") {
  Fixture f;
  f.redis.Run("SET a.example.com:CONFIG oops\n");
  REQUIRE(f.Walk() == Names{"a.example.com"});
  f.finder.NoName("a.example.com");
  CHECK(f.Walk().empty());
  f.clock.Advance(f.options.reread_interval - std::chrono::seconds(1));
  CHECK(f.Walk().empty());
  CHECK(f.Walk().empty());
  f.clock.Advance(std::chrono::seconds(1));
  CHECK(f.Walk().empty());  // the end of this walk forgets
  CHECK(f.Walk() == Names{"a.example.com"});
}

}  // namespace
}  // namespace groupring::redis
