// `groupring:affinity` as the store follows it.
#include <chrono>
#include <string>

#include "absl/strings/str_format.h"
#include "redis/schema/affinity.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait_until.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;
using testing::WaitUntil;

constexpr char kName[] =
    "SADD ftp.example.com:GROUPS g1\nSADD g1:A 192.0.2.1\n";

// A walk or a re-read must not be what finds the change.
void OnlyInvalidations(StoreOptions* options) {
  options->scan_interval = std::chrono::hours(1);
  options->reread_interval = std::chrono::hours(1);
}

size_t Entries(const Dataset& dataset) {
  return dataset.affinity == nullptr ? 0 : dataset.affinity->size();
}

std::string LabelOf(const Dataset& dataset, const std::string& text) {
  if (dataset.affinity == nullptr) return "";
  for (const AffinityEntry& entry : *dataset.affinity) {
    if (entry.text == text) return entry.label.name;
  }
  return "";
}

TEST_CASE("entries are loaded, and followed from the first to the last") {
  RedisServer redis;
  redis.Run(kName);
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  CHECK(store.dataset().affinity == nullptr);

  redis.Run("HSET groupring:affinity 10.0.0.0/8 a 2001:db8::/32 a\n");
  REQUIRE(store.WaitFor([](const Dataset& d) { return Entries(d) == 2; }));
  const DatasetChange change = store.changes().back();
  CHECK(change.affinity);
  CHECK_FALSE(change.everything);
  CHECK(change.names.empty());
  CHECK(change.groups.empty());

  redis.Run("HSET groupring:affinity 10.0.0.0/8 b\n");
  REQUIRE(store.WaitFor(
      [](const Dataset& d) { return LabelOf(d, "10.0.0.0/8") == "b"; }));
  redis.Run("HDEL groupring:affinity 2001:db8::/32\n");
  REQUIRE(store.WaitFor([](const Dataset& d) { return Entries(d) == 1; }));
  redis.Run("DEL groupring:affinity\n");
  REQUIRE(store.WaitFor([](const Dataset& d) { return Entries(d) == 0; }));

  redis.Run("HSET groupring:affinity 10.0.0.0/8 c\n");
  StoreFixture second(redis.url(), OnlyInvalidations);
  REQUIRE(second.WaitLoaded());
  CHECK(LabelOf(second.dataset(), "10.0.0.0/8") == "c");
}

TEST_CASE("entries are followed without announcements, too") {
  RedisServer redis;
  redis.Run(std::string(kName) +
            "ACL SETUSER quiet on >secret ~* +@all -client|tracking\n");
  std::string url = redis.url();
  url.insert(url.find("://") + 3, "quiet:secret@");
  StoreFixture store(url);
  REQUIRE(store.WaitLoaded());
  CHECK_FALSE(store.stats().tracking);
  redis.Run("HSET groupring:affinity 10.0.0.0/8 a\n");
  CHECK(store.WaitFor([](const Dataset& d) { return Entries(d) == 1; }));
}

TEST_CASE("a hash that became something else leaves its entries in force") {
  RedisServer redis;
  redis.Run(std::string(kName) + "HSET groupring:affinity 10.0.0.0/8 a\n");
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  redis.Run("MULTI\nDEL groupring:affinity\nSET groupring:affinity x\nEXEC\n");
  REQUIRE(
      store.WaitForLine("\"groupring:affinity\": is no hash; what could be "
                        "read last is used instead"));
  CHECK(LabelOf(store.dataset(), "10.0.0.0/8") == "a");
  redis.Run(
      "MULTI\nDEL groupring:affinity\nHSET groupring:affinity 10.0.0.0/8 b\n"
      "EXEC\n");
  CHECK(store.WaitFor(
      [](const Dataset& d) { return LabelOf(d, "10.0.0.0/8") == "b"; }));
}

// More than are read whole at each change.
constexpr int kMany = 1500;

std::string NetworkOf(int number) {
  return absl::StrFormat("10.%d.%d.0/24", number / 256, number % 256);
}

std::string ManyEntries() {
  std::string command = "HSET groupring:affinity";
  for (int i = 0; i < kMany; ++i) command += " " + NetworkOf(i) + " a";
  return command + "\n";
}

int64_t CallsOf(const std::string& command, RedisServer* redis) {
  const std::string stats = redis->Run("INFO commandstats\n");
  const std::string name = "cmdstat_" + command + ":calls=";
  const size_t at = stats.find(name);
  if (at == std::string::npos) return 0;
  return std::stoll(stats.substr(at + name.size()));
}

// What Redis was asked for whole, by all of its clients.
int64_t WholeReads(RedisServer* redis) { return CallsOf("hgetall", redis); }

// Steps of comparing.
int64_t Scans(RedisServer* redis) { return CallsOf("hscan", redis); }

Write Labelled(const std::string& network, const std::string& label) {
  AffinityEntry entry = *ParseAffinityPrefix(network);
  entry.label = *ParseAffinityLabel(label);
  return SetAffinity{{entry}};
}

TEST_CASE("of many entries those are taken up that a command has written") {
  RedisServer redis;
  redis.Run(kName + ManyEntries() + "HSET groupring:affinity nonsense a\n");
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  const auto admin = Connected(redis.url());
  const int64_t reads = WholeReads(&redis);
  for (int i = 0; i < 20; ++i) {
    const std::string label = "b" + std::to_string(i);
    REQUIRE(admin
                ->Commit({Labelled(NetworkOf(i), label),
                          Labelled("192.0.2." + std::to_string(i), label),
                          RemoveAffinity{{NetworkOf(1000 + i)}}},
                         Entry("affinity import", ""))
                .ok());
    REQUIRE(store.WaitFor([&](const Dataset& d) {
      return LabelOf(d, NetworkOf(i)) == label &&
             LabelOf(d, "192.0.2." + std::to_string(i)) == label &&
             LabelOf(d, NetworkOf(1000 + i)).empty();
    }));
  }
  CHECK(Entries(store.dataset()) == kMany);
  CHECK(WholeReads(&redis) == reads);
  // The generation is reached as well.
  CHECK(store.WaitFor([](const Dataset& d) { return d.generation == 20; }));
}

TEST_CASE("of many entries others' changes are followed, too") {
  RedisServer redis;
  redis.Run(kName + ManyEntries());
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  redis.Run("HSET groupring:affinity 10.0.0.0/24 b\n");
  REQUIRE(store.WaitFor(
      [](const Dataset& d) { return LabelOf(d, "10.0.0.0/24") == "b"; }));
  redis.Run("HDEL groupring:affinity 10.0.0.0/24\n");
  REQUIRE(
      store.WaitFor([](const Dataset& d) { return Entries(d) == kMany - 1; }));
  redis.Run("DEL groupring:affinity\n");
  REQUIRE(store.WaitFor([](const Dataset& d) { return Entries(d) == 0; }));
}

// A change that the audit tells as a command does, with another beside it.
std::string ToldWith(const std::string& untold) {
  return "MULTI\nHSET groupring:affinity 10.0.0.0/24 told\n" + untold +
         "INCR groupring:generation\n"
         "XADD groupring:audit * generation 1 names \"\" affinity "
         "10.0.0.0/24=told\nEXEC\n";
}

TEST_CASE("a change beside a command's is found by the size or by comparing") {
  RedisServer redis;
  redis.Run(kName + ManyEntries());
  StoreFixture store(redis.url(), OnlyInvalidations);
  REQUIRE(store.WaitLoaded());
  SECTION("an entry more") {
    redis.Run(ToldWith("HSET groupring:affinity 192.0.2.0/24 more\n"));
    CHECK(store.WaitFor(
        [](const Dataset& d) { return LabelOf(d, "192.0.2.0/24") == "more"; }));
  }
  SECTION("another label") {
    redis.Run(ToldWith("HSET groupring:affinity 10.1.0.0/24 other\n"));
    CHECK(store.WaitFor(
        [](const Dataset& d) { return LabelOf(d, "10.0.0.0/24") == "told"; }));
    CHECK(store.WaitFor(
        [](const Dataset& d) { return LabelOf(d, "10.1.0.0/24") == "other"; }));
  }
  CHECK(LabelOf(store.dataset(), "10.0.0.0/24") == "told");
}

TEST_CASE("many entries are compared once in a while, without announcements") {
  RedisServer redis;
  redis.Run(kName + ManyEntries());
  StoreFixture store(redis.url(), [](StoreOptions* options) {
    options->scan_interval = std::chrono::hours(1);
    options->reread_interval = std::chrono::seconds(2);
  });
  REQUIRE(store.WaitLoaded());
  const int64_t reads = WholeReads(&redis);
  const int64_t steps = Scans(&redis);
  REQUIRE(WaitUntil([&] { return Scans(&redis) >= steps + 2 * kMany / 500; }));
  CHECK(WholeReads(&redis) == reads);
}

}  // namespace
}  // namespace groupring::redis
