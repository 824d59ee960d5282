// `groupring:affinity` as the store follows it.
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;

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

}  // namespace
}  // namespace groupring::redis
