// The stream of changes.
#include <thread>

#include "redis/base/clock.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using testing::RedisServer;

// How often the admin has asked to wait.
int ReadsBlocked(RedisServer* redis) {
  const std::string stats = redis->Run("INFO commandstats\n");
  const std::string field = "cmdstat_xread:calls=";
  const size_t found = stats.find(field);
  return found == std::string::npos
             ? 0
             : std::stoi(stats.substr(found + field.size()));
}

TEST_CASE("the audit tells when, who, what, why, before and after") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  AuditEntry entry = Entry("group disable", "g1");
  entry.reason = "upgrade: \"INC-7\"\r\nsecond line";
  entry.before = "enabled";
  entry.after = "DISABLED";
  entry.forced = true;
  const SystemClock clock;
  const int64_t start = clock.UnixMillis();
  REQUIRE(admin->Commit({}, Entry("group enable", "g2")).ok());
  REQUIRE(admin->Commit({}, entry).ok());

  const auto entries = admin->Audit(10);
  REQUIRE(entries.ok());
  REQUIRE(entries->size() == 2);
  CHECK((*entries)[0].what == "group enable");
  CHECK_FALSE((*entries)[0].forced);
  const AuditEntry& read = (*entries)[1];
  CHECK(read.unix_millis >= start);
  CHECK(read.unix_millis <= clock.UnixMillis());
  CHECK(read.id.starts_with(std::to_string(read.unix_millis) + "-"));
  CHECK(read.who == entry.who);
  CHECK(read.what == entry.what);
  CHECK(read.target == entry.target);
  CHECK(read.reason == entry.reason);
  CHECK(read.before == entry.before);
  CHECK(read.after == entry.after);
  CHECK(read.forced);
  CHECK(read.generation == 2);
}

TEST_CASE("the audit gives the newest entries, oldest of them first") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  CHECK(admin->Audit(3)->empty());
  for (int i = 1; i <= 5; ++i) {
    REQUIRE(admin->Commit({}, Entry("change", std::to_string(i))).ok());
  }
  const auto entries = admin->Audit(3);
  REQUIRE(entries.ok());
  REQUIRE(entries->size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    CHECK((*entries)[i].target == std::to_string(i + 3));
    CHECK((*entries)[i].generation == static_cast<int64_t>(i + 3));
  }
  CHECK(admin->Audit(0)->empty());
}

TEST_CASE("the audit is capped") {
  RedisServer redis;
  redis.Run(
      "EVAL \"for i = 1, 12000 do redis.call('XADD', 'groupring:audit', '*', "
      "'what', i) end\" 0\n");
  const auto admin = Connected(redis.url());
  REQUIRE(admin->Commit({}, Entry("the newest", "g1")).ok());
  const int length = std::stoi(redis.Run("XLEN groupring:audit\n"));
  CHECK(length >= static_cast<int>(kMaxAuditEntries));
  // Redis cuts whole blocks of a hundred entries.
  CHECK(length <= static_cast<int>(kMaxAuditEntries) + 100);
  CHECK(admin->Audit(1)->back().what == "the newest");
}

TEST_CASE("the audit bears whatever else is in the stream") {
  RedisServer redis;
  redis.Run(
      "XADD groupring:audit 1-1 x y\n"
      "XADD groupring:audit 2-1 who ana generation junk forced maybe\n"
      "XADD groupring:audit 18446744073709551615-1 what late\n");
  const auto admin = Connected(redis.url());
  const auto entries = admin->Audit(10);
  REQUIRE(entries.ok());
  REQUIRE(entries->size() == 3);
  CHECK((*entries)[0].unix_millis == 1);
  CHECK((*entries)[0].what.empty());
  CHECK((*entries)[1].who == "ana");
  CHECK((*entries)[1].generation == 0);
  CHECK_FALSE((*entries)[1].forced);
  CHECK((*entries)[2].what == "late");

  redis.Run("DEL groupring:audit\nSET groupring:audit x\n");
  CHECK(absl::IsInvalidArgument(admin->Audit(10).status()));
}

TEST_CASE("AuditAfter returns what came after an entry at once") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  REQUIRE(admin->Commit({}, Entry("change", "1")).ok());
  const std::string first = admin->Audit(1)->back().id;
  REQUIRE(admin->Commit({}, Entry("change", "2")).ok());
  REQUIRE(admin->Commit({}, Entry("change", "3")).ok());
  const auto entries = admin->AuditAfter(first, testing::kPatience);
  REQUIRE(entries.ok());
  REQUIRE(entries->size() == 2);
  CHECK((*entries)[0].target == "2");
  CHECK((*entries)[1].target == "3");
  CHECK(admin->AuditAfter((*entries)[1].id, milliseconds(0))->empty());
  CHECK(admin->AuditAfter((*entries)[1].id, milliseconds(3))->empty());
}

TEST_CASE("AuditAfter waits for an entry, longer than a command may take") {
  RedisServer redis;
  // Redis blocks for half of this at a time; the entry comes later.
  const auto admin = Connected(redis.url(), milliseconds(500));
  const auto other = Connected(redis.url());
  std::thread writer([&] {
    testing::WaitUntil([&] { return ReadsBlocked(&redis) >= 2; });
    other->Commit({}, Entry("change", "1")).IgnoreError();
  });
  const auto entries = admin->AuditAfter("0-0", testing::kPatience);
  writer.join();
  REQUIRE(entries.ok());
  REQUIRE(entries->size() == 1);
  CHECK((*entries)[0].target == "1");
}

TEST_CASE("AuditAfter($) misses nothing from its first call on") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  const auto other = Connected(redis.url());
  REQUIRE(other->Commit({}, Entry("change", "before")).ok());
  CHECK(admin->AuditAfter("$", milliseconds(0))->empty());
  REQUIRE(other->Commit({}, Entry("change", "between two calls")).ok());
  const auto entries = admin->AuditAfter("$", testing::kPatience);
  REQUIRE(entries.ok());
  REQUIRE(entries->size() == 1);
  CHECK((*entries)[0].target == "between two calls");
  CHECK(admin->AuditAfter("$", milliseconds(0))->empty());
}

}  // namespace
}  // namespace groupring::redis
