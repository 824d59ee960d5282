#include "redis/store/announcement_choice.h"

#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Outcome = AnnouncementChoice::Outcome;

// A choice over a link to a Redis that can remember ten keys.
struct Fixture {
  Fixture() {
    redis.Run("CONFIG SET tracking-table-max-keys 10\n");
    options.location = ParseLocation(redis.url()).value();
    for (int i = 0; i < 100; ++i) {
      auto name = std::make_shared<NameData>();
      name->name = "n" + std::to_string(i);
      dataset.names.Set(std::move(name));
    }
    const ConnectionTimeouts timeouts{seconds(20), seconds(20)};
    auto server = FindServer(options.location, {}, timeouts);
    REQUIRE(server.ok());
    link = Link::Open(*std::move(server), timeouts, &announced).value();
    REQUIRE(choice.Begin(link.get()).ok());
  }

  Outcome Step() { return choice.Step(dataset).value(); }

  // So many keys of another application are written, and announced.
  void WriteForeign(uint64_t keys) {
    redis.Run("EVAL \"for i=1," + std::to_string(keys) +
              " do redis.call('SET','session:'..i,1) end\" 0\n");
    REQUIRE(link->Sync().ok());
  }

  testing::RedisServer redis;
  testing::ManualClock clock;
  StoreOptions options;
  StoreStats stats;
  std::vector<std::string> lines;
  std::atomic<uint64_t> announced{0};
  Dataset dataset;
  std::unique_ptr<Link> link;
  AnnouncementChoice choice{
      options, &clock,
      [this](Severity, const std::string& line) { lines.push_back(line); },
      &stats, [] {}};
};

TEST_CASE("more keys than the table holds: all writes are announced") {
  Fixture f;
  CHECK(f.link->announced() == Announced::kKeysRead);
  CHECK_FALSE(f.choice.Fit(0, 0).value());
  CHECK(f.Step() == Outcome::kReload);
  CHECK(f.link->announced() == Announced::kAllWrites);
  CHECK(f.stats.announces_all_writes);
  CHECK(f.Step() == Outcome::kSame);
  REQUIRE(f.lines.size() == 1);
  // An operator raises the limit.
  f.redis.Run("CONFIG SET tracking-table-max-keys 10000\n");
  f.clock.Advance(seconds(30));
  CHECK(f.Step() == Outcome::kReload);
  CHECK(f.link->announced() == Announced::kKeysRead);
  CHECK_FALSE(f.stats.announces_all_writes);
  CHECK(f.lines.size() == 2);
}

TEST_CASE("where others write too much nothing is announced for a while") {
  Fixture f;
  REQUIRE(f.Step() == Outcome::kReload);
  f.WriteForeign(1000);
  f.clock.Advance(seconds(1));
  CHECK(f.Step() == Outcome::kSame);
  CHECK(f.link->foreign_keys() == 1000);
  CHECK(f.link->pending().empty());

  f.WriteForeign(AnnouncementChoice::kMostForeign + 1);
  f.clock.Advance(seconds(1));
  CHECK(f.Step() == Outcome::kPoll);
  CHECK(f.link->announced() == Announced::kNothing);
  CHECK(f.stats.tracking_overflows);
  CHECK_FALSE(f.stats.tracking);
  CHECK(f.lines.size() == 2);
  CHECK(f.Step() == Outcome::kSame);

  REQUIRE(f.choice.next_step());
  CHECK(*f.choice.next_step() ==
        f.clock.Steady() + AnnouncementGuard::kFirstRest);
  f.clock.Advance(AnnouncementGuard::kFirstRest);
  CHECK(f.Step() == Outcome::kReload);
  CHECK(f.stats.announces_all_writes);
  CHECK(f.stats.tracking_overflows);
  // A second without a flood.
  f.clock.Advance(seconds(1));
  CHECK(f.Step() == Outcome::kSame);
  CHECK_FALSE(f.stats.tracking_overflows);
  CHECK(f.lines.back() == "Redis announces changes again");
}

TEST_CASE(
    "keys that are announced needlessly: the table holds less than said") {
  Fixture f;
  f.redis.Run("CONFIG SET tracking-table-max-keys 1000000\n");
  f.clock.Advance(seconds(30));
  CHECK(f.Step() == Outcome::kSame);
  std::vector<std::string> keys;
  for (size_t i = 0; i < AnnouncementGuard::kTooMany; ++i) {
    keys.push_back("n" + std::to_string(i) + ":A");
  }
  CHECK(f.choice.Note(keys, 0, f.dataset).value() == Outcome::kReload);
  CHECK(f.link->announced() == Announced::kAllWrites);
  // From then on somebody writes them.
  CHECK(f.choice.Note(keys, 0, f.dataset).value() == Outcome::kSame);
}

}  // namespace
}  // namespace groupring::redis
