// A Redis that was filled for pdns-razor, read by its rules and followed.
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;
using Strings = std::vector<std::string>;

constexpr char kZone[] =
    "HSET example.org:CONFIG SOA \"ns1.example.net. h.example.net. 1 7200 900 "
    "1209600 300\" NS \"ns1.example.net, ns2.example.net\" TTL 300 ANSWER "
    "random\n";

void ByRazor(StoreOptions* options) { options->schema = Schema::kRazor; }

struct Fixture {
  explicit Fixture(const std::string& more = "") {
    redis.Run(kZone +
              std::string("SADD www.example.org:A 192.0.2.1\n"
                          "SADD GROUP1:A 203.0.113.1\n") +
              more);
    store.emplace(redis.url(), &ByRazor);
    if (!store->WaitLoaded()) throw std::runtime_error("nothing is loaded");
  }
  // Whether it comes to that TTL; 0: to no such name.
  bool BecomesTtl(const std::string& name, uint32_t ttl) {
    return store->WaitFor([&](const Dataset& dataset) {
      const auto found = dataset.names.find(name);
      if (found == dataset.names.end()) return ttl == 0;
      return found->second->config.ttl_seconds == ttl;
    });
  }
  RedisServer redis;
  std::optional<StoreFixture> store;
};

TEST_CASE("by razor's rules addresses in a zone are a name that goes by it") {
  Fixture fixture(
      "SADD www.example.org:AAAA 2001:db8:1::5/48\n"
      "SADD example.org:AAAA:SKIPLIST 2001:db8:1:7::1\n"
      "SADD ftp.example.org:GROUPS GROUP1\n"
      "SADD www.example.com:A 192.0.2.3\n");
  const Dataset dataset = fixture.store->dataset();
  CHECK(dataset.schema == Schema::kRazor);
  Strings names;
  for (const auto& [name, data] : dataset.names) names.push_back(name);
  std::sort(names.begin(), names.end());
  CHECK(names == Strings{"example.org", "ftp.example.org", "www.example.org"});
  const NameData& www = *dataset.names.at("www.example.org");
  CHECK(www.config.ttl_seconds == 300);
  CHECK(Texts(www.addresses[1]) == Strings{"2001:db8:1::5/48"});
  CHECK(www.addresses[1]->members()[0].first ==
        ParsePrefix(Family::kAaaa, "2001:db8:1::/48")->first);
  CHECK(dataset.names.at("example.org")->skip[1]->Prefixes(Family::kAaaa) ==
        Strings{"2001:db8:1:7::/64"});
  CHECK(dataset.names.at("ftp.example.org")->config.answer ==
        AnswerMode::kGroupConsistentHash);
  CHECK(fixture.store->stats().malformed == 0);
}

TEST_CASE("by razor's rules a change of the zone is one of its names") {
  Fixture fixture;
  fixture.redis.Run("HSET example.org:CONFIG TTL 100\n");
  CHECK(fixture.BecomesTtl("www.example.org", 100));
  fixture.redis.Run("HSET www.example.org:CONFIG TTL 7\n");
  CHECK(fixture.BecomesTtl("www.example.org", 7));
  fixture.redis.Run("DEL www.example.org:CONFIG\n");
  CHECK(fixture.BecomesTtl("www.example.org", 100));
}

TEST_CASE("by razor's rules a name comes and goes with its addresses") {
  Fixture fixture;
  fixture.redis.Run("SADD new.example.org:AAAA 2001:db8::9\n");
  CHECK(fixture.BecomesTtl("new.example.org", 300));
  fixture.redis.Run("SADD new.example.org:A 192.0.2.9\n");
  CHECK(fixture.store->WaitFor([](const Dataset& dataset) {
    return !dataset.names.at("new.example.org")->addresses[0]->empty();
  }));
  fixture.redis.Run("DEL new.example.org:AAAA\n");
  CHECK(fixture.store->WaitFor([](const Dataset& dataset) {
    return dataset.names.at("new.example.org")->addresses[1]->empty();
  }));
  fixture.redis.Run("DEL new.example.org:A\n");
  CHECK(fixture.BecomesTtl("new.example.org", 0));
  // Its keys are known, so that nobody has to look for it.
  fixture.redis.Run("SADD new.example.org:A 192.0.2.9\n");
  CHECK(fixture.BecomesTtl("new.example.org", 300));
}

TEST_CASE("by razor's rules a zone that comes back brings its names along") {
  // They would be looked for an hour from now.
  RedisServer redis;
  redis.Run(kZone + std::string("SADD www.example.org:A 192.0.2.1\n"
                                "HSET other.example.com:CONFIG TTL 5\n"));
  StoreFixture store(redis.url(), [](StoreOptions* options) {
    ByRazor(options);
    options->scan_interval = std::chrono::hours(1);
  });
  REQUIRE(store.WaitLoaded());
  redis.Run("DEL example.org:CONFIG\n");
  CHECK(store.WaitFor([](const Dataset& dataset) {
    return !dataset.names.contains("www.example.org");
  }));
  redis.Run(kZone);
  CHECK(store.WaitFor([](const Dataset& dataset) {
    return dataset.names.contains("www.example.org");
  }));
}

TEST_CASE(
    "by razor's rules what is inherited is no loss when it is read again") {
  Fixture fixture;
  const size_t before = fixture.store->changes().size();
  const uint64_t loads = fixture.store->stats().loads;
  fixture.redis.Run("CLIENT KILL TYPE normal\n");
  REQUIRE(
      testing::WaitUntil([&] { return fixture.store->stats().loads > loads; }));
  CHECK(fixture.store->LinesWith("vanished") == 0);
  CHECK(fixture.store->changes().size() == before);
}

TEST_CASE("by our own rules addresses alone are no name") {
  RedisServer redis;
  redis.Run(kZone + std::string("SADD www.example.org:A 192.0.2.1\n"
                                "SADD ftp.example.org:GROUPS GROUP1\n"));
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(store.dataset().names.size() == 2);
  CHECK(store.name("ftp.example.org")->config.ttl_seconds ==
        kDefaultTtlSeconds);
}

}  // namespace
}  // namespace groupring::redis
