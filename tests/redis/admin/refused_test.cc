// Servers that refuse, and servers that do not answer.
#include <csignal>

#include "redis/connection/location.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/free_port.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using testing::FreePort;
using testing::RedisServer;

constexpr char kData[] =
    "SADD ftp.example.com:GROUPS g1 g2\nSADD g1:A 192.0.2.1\n";

TEST_CASE("a read-only replica is named as what it is") {
  const FreePort port;
  RedisServer master({"--port", std::to_string(port.number()),
                      "--repl-diskless-sync-delay", "0"});
  master.Run(kData);
  RedisServer replica(
      {"--replicaof", "127.0.0.1 " + std::to_string(port.number())});
  REQUIRE(testing::WaitUntil([&] {
    return Contains(replica.Run("INFO replication\n"), "master_link_status:up");
  }));
  const auto admin = Connected(replica.url());
  REQUIRE(admin->LoadForUpdate().ok());
  const absl::StatusOr<int64_t> refused =
      admin->Commit({DisableG1()}, Entry("group disable", "g1"));
  CHECK(absl::IsPermissionDenied(refused.status()));
  CHECK(Contains(Message(refused.status()), "URL of its master"));
  CHECK(Contains(Message(refused.status()), "nothing was written"));
  CHECK(master.Run("EXISTS g1:STATE groupring:generation\n") == "0\n");
}

// Of several servers the roles are asked; the other one is not there.
absl::StatusOr<std::unique_ptr<Admin>> ConnectToOneOfSeveral(
    const RedisServer& server, RedisClock* clock = nullptr) {
  const FreePort nobody;
  const auto location = ParseLocation(
      server.url() + ",redis://127.0.0.1:" + std::to_string(nobody.number()));
  if (!location.ok()) return location.status();
  return Admin::Connect(*location, {testing::kPatience, testing::kPatience},
                        /*log=*/{}, clock);
}

TEST_CASE("a replica that answers no reads without its master is not taken") {
  const FreePort nobody;
  RedisServer replica(
      {"--replicaof", "127.0.0.1 " + std::to_string(nobody.number())});
  REQUIRE(ConnectToOneOfSeveral(replica).ok());
  replica.Run("CONFIG SET replica-serve-stale-data no\n");
  const auto admin = ConnectToOneOfSeveral(replica);
  REQUIRE_FALSE(admin.ok());
  INFO(Message(admin.status()));
  CHECK(Contains(Message(admin.status()), "MASTERDOWN"));
}

TEST_CASE("the time of a replica does not replace the time of its master") {
  RedisServer master;
  const FreePort nobody;
  RedisServer replica(
      {"--replicaof", "127.0.0.1 " + std::to_string(nobody.number())});
  const SystemClock host;
  // What a master is said to have shown, and both servers contradict.
  const int64_t hour = milliseconds(std::chrono::hours(1)).count();
  const auto stays_ahead = [&](const RedisServer& server) {
    RedisClock clock(&host);
    clock.Observe({host.UnixMillis() + hour, host.Steady(), milliseconds(1)},
                  TimeSource::kMaster);
    const auto admin = ConnectToOneOfSeveral(server, &clock);
    REQUIRE(admin.ok());
    return clock.UnixMillis() - host.UnixMillis() > hour / 2;
  };
  CHECK(stays_ahead(replica));
  CHECK_FALSE(stays_ahead(master));
}

TEST_CASE("missing rights are told, and nothing is written") {
  RedisServer redis;
  redis.Run(kData);
  const auto all = Connected(redis.url());
  const auto before = Everything(all.get());
  const char* const rights = GENERATE(
      "-@all +@read +@connection +watch +unwatch +multi +exec +discard",
      "+@all -incr", "+@all -xadd", "+@all -hset", "+@all -watch",
      "+@all -exec", "+@all -type",
      "+@all resetkeys ~*example.com* ~g*:A ~groupring:*");
  INFO(rights);
  redis.Run("ACL SETUSER ana reset on >s3cret ~* " + std::string(rights) +
            "\n");
  const auto admin = Connected("unix://ana:s3cret@" + redis.socket());
  const absl::StatusOr<int64_t> refused =
      admin->Commit({AddMember("g1", "192.0.2.7"), DisableG1()},
                    Entry("group disable", "g1"));
  CHECK(absl::IsPermissionDenied(refused.status()));
  CHECK(Contains(Message(refused.status()), "groupring-operator"));
  CHECK(Everything(all.get()) == before);
}

TEST_CASE("the rights of the page suffice for commands") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run(
      "ACL SETUSER ana on >s3cret ~* -@all +select +scan +dbsize +hgetall "
      "+smembers +ping +get +type +watch +unwatch +multi +exec +discard +incr "
      "+xadd +xrevrange +xread +zrange +zrem +hset +hdel +sadd +srem +del\n");
  const auto admin = Connected("unix://ana:s3cret@" + redis.socket());
  REQUIRE(admin->LoadForUpdate().ok());
  REQUIRE(admin
              ->Commit({DisableG1(), AddMember("g1", "192.0.2.7"),
                        RemoveMembers{"g1", Family::kA, {"192.0.2.1"}},
                        RemoveGroupFromName{"ftp.example.com", "g2"}},
                       Entry("group disable", "g1"))
              .ok());
  CHECK(admin->Audit(1)->size() == 1);
  CHECK(admin->AuditAfter("0-0", milliseconds(0))->size() == 1);
  CHECK(admin->Nodes().ok());
}

TEST_CASE("a full Redis is told, and nothing is written") {
  RedisServer redis;
  redis.Run(kData);
  const auto admin = Connected(redis.url());
  const auto before = Everything(admin.get());
  redis.Run("CONFIG SET maxmemory 1\n");  // byte: an empty one has more
  const absl::StatusOr<int64_t> refused =
      admin->Commit({DisableG1()}, Entry("group disable", "g1"));
  CHECK(absl::IsResourceExhausted(refused.status()));
  CHECK(Contains(Message(refused.status()), "raise maxmemory"));
  CHECK(Everything(admin.get()) == before);
}

TEST_CASE("a server that does not answer is given up after the deadline") {
  RedisServer redis;
  redis.Run(kData);
  const auto admin = Connected(redis.url(), milliseconds(500));
  const int step = GENERATE(0, 1, 2, 3, 4);
  CAPTURE(step);
  if (step == 1) REQUIRE(admin->LoadForUpdate().ok());
  redis.process().Signal(SIGSTOP);
  absl::Status status;
  switch (step) {
    case 0:
      status = admin->Load().status();
      break;
    case 1:
      status =
          admin->Commit({DisableG1()}, Entry("group disable", "g1")).status();
      break;
    case 2:
      status = admin->Audit(1).status();
      break;
    case 3:
      status = admin->AuditAfter("0-0", testing::kPatience).status();
      break;
    default:
      status = admin->Nodes().status();
  }
  CHECK(absl::IsDeadlineExceeded(status));
  CHECK(Contains(Message(status), "within 500 ms"));
  redis.process().Signal(SIGCONT);
  CHECK(redis.Run("EXISTS g1:STATE\n") == "0\n");
}

TEST_CASE("a server that is gone is told") {
  RedisServer redis;
  const auto admin = Connected(redis.url());
  redis.Stop();
  CHECK(absl::IsUnavailable(admin->Load().status()));
}

}  // namespace
}  // namespace groupring::redis
