// Which of several servers is followed, and what happens when it goes.
#include <csignal>
#include <string>

#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::RedisServer;
using testing::WaitUntil;

constexpr char kData[] = "SADD ftp.example.com:GROUPS g1\n";

std::string Generation(int number) {
  return "SET groupring:generation " + std::to_string(number) + "\n";
}

bool IsAt(const Dataset& dataset, const std::string& group) {
  return dataset.groups.contains(group);
}

TEST_CASE("servers are tried in order, and the next one when the first goes") {
  RedisServer first;
  RedisServer second;
  first.Run(kData + Generation(5));
  second.Run(kData + Generation(5) + "SADD ftp.example.com:GROUPS g2\n");
  StoreFixture store("unix:///nonexistent/redis.sock, " + first.url() + "," +
                     second.url());
  REQUIRE(store.WaitLoaded());
  CHECK_FALSE(IsAt(store.dataset(), "g2"));
  CHECK(store.WaitForLine("connected to " + first.url()));
  CHECK(store.LinesWith("connected to " + first.url()) == 1);
  first.process().Stop(SIGKILL);
  CHECK(store.WaitFor([](const Dataset& d) { return IsAt(d, "g2"); }));
}

TEST_CASE("a server that has lost changes is believed after a while only") {
  RedisServer first;
  RedisServer second;
  first.Run(kData + Generation(5));
  second.Run("SADD ftp.example.com:GROUPS g2\n" + Generation(4));
  const bool patient = GENERATE(true, false);
  CAPTURE(patient);
  StoreFixture store(first.url() + "," + second.url(),
                     [&](StoreOptions* options) {
                       options->behind_limit =
                           patient ? milliseconds(hours(1)) : milliseconds(1);
                     });
  REQUIRE(store.WaitLoaded());
  first.process().Stop(SIGKILL);
  if (!patient) {
    REQUIRE(store.WaitFor([](const Dataset& d) { return IsAt(d, "g2"); }));
    CHECK(store.LinesWith("it has lost changes") == 1);
    return;
  }
  const uint64_t failures = store.stats().connect_failures;
  REQUIRE(
      WaitUntil([&] { return store.stats().connect_failures > failures + 3; }));
  CHECK(IsAt(store.dataset(), "g1"));
  CHECK(store.LinesWith("is behind: it holds change 4, and 5 was known") == 1);
  // It has caught up.
  second.Run(Generation(5));
  CHECK(store.WaitFor([](const Dataset& d) { return IsAt(d, "g2"); }));
}

TEST_CASE("an empty server among several is not believed either") {
  RedisServer first;
  RedisServer second;
  first.Run(kData);
  StoreFixture store(first.url() + "," + second.url());
  REQUIRE(store.WaitLoaded());
  first.process().Stop(SIGKILL);
  REQUIRE(WaitUntil([&] { return store.stats().holding.load(); }));
  CHECK(IsAt(store.dataset(), "g1"));
}

TEST_CASE("a master that becomes a replica of nobody is left for another") {
  RedisServer first;
  RedisServer second;
  first.Run(kData);
  second.Run("SADD ftp.example.com:GROUPS g1 g2\n");
  StoreFixture store(
      first.url() + "," + second.url(),
      [](StoreOptions* options) { options->role_interval = milliseconds(10); });
  REQUIRE(store.WaitLoaded());
  // Nothing listens there: its link stays down.
  first.Run("REPLICAOF 127.0.0.1 1\n");
  CHECK(store.WaitFor([](const Dataset& d) { return IsAt(d, "g2"); }));
}

TEST_CASE("changes expect a replica only where there are several servers") {
  RedisServer first;
  RedisServer second;
  first.Run(kData);
  const auto alone = Connected(first.url());
  auto replicated = alone->ConfirmReplicas(milliseconds(100));
  REQUIRE(replicated.ok());
  CHECK(replicated->state == Replicated::State::kNotExpected);

  const auto location = ParseLocation(first.url() + "," + second.url());
  REQUIRE(location.ok());
  const auto several =
      Admin::Connect(*location, {testing::kPatience, testing::kPatience}, {});
  REQUIRE(several.ok());
  replicated = (*several)->ConfirmReplicas(milliseconds(100));
  REQUIRE(replicated.ok());
  CHECK(replicated->state == Replicated::State::kUnconfirmed);
  CHECK(replicated->why == "no replica is connected");
}

TEST_CASE("commands pass over replicas and sentinels to the master") {
  RedisServer replica({"--replicaof", "127.0.0.1", "1"});
  RedisServer master;
  master.Run(kData);
  const auto location = ParseLocation(replica.url() + "," + master.url());
  REQUIRE(location.ok());
  const auto admin =
      Admin::Connect(*location, {testing::kPatience, testing::kPatience}, {});
  REQUIRE(admin.ok());
  CHECK(
      (*admin)->Commit({AddMember("g1", "192.0.2.1")}, Entry("x", "g1")).ok());
  CHECK(master.Run("EXISTS g1:A\n").starts_with("1"));
}

}  // namespace
}  // namespace groupring::redis
