// Which of several servers is followed, and what happens when it goes.
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/free_port.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"

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

// A sentinel that watches one server, and can be told to watch another.
class Sentinel {
 public:
  explicit Sentinel(uint16_t watched) {
    const std::string file = directory_.Write(
        "sentinel.conf",
        absl::StrFormat("bind 127.0.0.1\nport %d\ndir %s\n"
                        "sentinel monitor main 127.0.0.1 %d 1\n",
                        port_.number(), directory_.path(), watched));
    process_.emplace(
        testing::ProcessOptions{.argv = {"redis-sentinel", file},
                                .log_file = directory_ / "sentinel.log"});
    REQUIRE(WaitUntil([&] { return Names(watched); }));
  }

  void Watch(uint16_t server) {
    Ask({"SENTINEL", "REMOVE", "main"});
    Ask({"SENTINEL", "MONITOR", "main", "127.0.0.1", std::to_string(server),
         "1"});
    REQUIRE(Names(server));
  }

  std::string url() const {
    return absl::StrFormat("sentinel://127.0.0.1:%d/main", port_.number());
  }

 private:
  bool Names(uint16_t server) {
    const std::string answer =
        Ask({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"});
    return answer.find(std::to_string(server)) != std::string::npos;
  }

  std::string Ask(std::vector<std::string> words) {
    words.insert(words.begin(),
                 {"redis-cli", "-p", std::to_string(port_.number())});
    return testing::RunCommand(words).output;
  }

  testing::TempDirectory directory_;
  testing::FreePort port_;
  std::optional<testing::Process> process_;
};

std::vector<std::string> OnPort(const testing::FreePort& port) {
  return {"--bind", "127.0.0.1", "--port", std::to_string(port.number())};
}

// The old master lives on, as one does that was cut off from the sentinels.
TEST_CASE(
    "a master that the sentinels no longer name is left, if they name one "
    "that will do") {
  const bool doubted = GENERATE(false, true);
  const bool behind = GENERATE(false, true);
  CAPTURE(doubted, behind);
  const testing::FreePort first_port;
  const testing::FreePort second_port;
  RedisServer first(OnPort(first_port));
  RedisServer second(OnPort(second_port));
  first.Run(kData + Generation(5));
  second.Run("SADD ftp.example.com:GROUPS g1 g2\n" +
             Generation(behind ? 4 : 5));
  Sentinel sentinel(first_port.number());
  StoreFixture store(sentinel.url(), [](StoreOptions* options) {
    options->role_interval = milliseconds(10);
    options->behind_limit = hours(1);
  });
  REQUIRE(store.WaitLoaded());
  if (doubted) {
    first.Run("FLUSHALL\n");
    REQUIRE(WaitUntil([&] { return store.stats().holding.load(); }));
  }
  sentinel.Watch(second_port.number());
  if (behind) {
    const uint64_t turns = store.stats().turns;
    REQUIRE(WaitUntil([&] { return store.stats().turns > turns + 10; }));
    CHECK_FALSE(IsAt(store.dataset(), "g2"));
    CHECK(store.LinesWith("names 127.0.0.1") == 0);
    second.Run(Generation(5));
  }
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
