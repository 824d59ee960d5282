// What checkers write reaches the listener, and only what has changed is read.
#include "redis/store/health_feed.h"

#include <memory>
#include <mutex>
#include <string>

#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait_until.h"

namespace groupring::redis {
namespace {

using testing::RedisServer;
using testing::WaitUntil;

constexpr char kData[] =
    "SADD ftp.example.com:GROUPS g1 g2\n"
    "SADD g1:A 192.0.2.1\nSADD g2:A 192.0.2.2\n"
    "HSET groupring:check PROBES tcp:21\n"
    "ZADD groupring:checkers 1000 c1\n"
    "HSET groupring:checker:c1 doubts no\n"
    "HSET groupring:verdicts:c1:g1 192.0.2.1 'up since=1 reason=ok'\n";

class Heard {
 public:
  explicit Heard(const RedisServer& redis)
      : store_(redis.url(), [this](StoreOptions* options) {
          options->health_listener = [this](auto data) {
            const std::lock_guard lock(mutex_);
            data_ = std::move(data);
          };
        }) {}

  std::shared_ptr<const HealthData> Data() {
    const std::lock_guard lock(mutex_);
    return data_;
  }
  template <typename Condition>
  bool WaitFor(Condition condition) {
    return WaitUntil([&] {
      const auto data = Data();
      return data != nullptr && condition(*data);
    });
  }
  StoreFixture& store() { return store_; }

 private:
  std::mutex mutex_;
  std::shared_ptr<const HealthData> data_;
  StoreFixture store_;
};

const AddressVerdict* VerdictOn(const HealthData& data,
                                const std::string& group,
                                const std::string& address) {
  const auto found = data.groups.find(group);
  if (found == data.groups.end() || found->second->by_checker.empty()) {
    return nullptr;
  }
  return FindVerdict(*found->second->by_checker[0].second, address);
}

bool Says(const HealthData& data, const std::string& group,
          const std::string& address, Verdict verdict) {
  const AddressVerdict* const said = VerdictOn(data, group, address);
  return said != nullptr && said->verdict == verdict;
}

TEST_CASE("what checkers write is read and followed") {
  RedisServer redis;
  redis.Run(kData);
  Heard heard(redis);
  REQUIRE(heard.WaitFor([](const HealthData& data) {
    return Says(data, "g1", "192.0.2.1", Verdict::kUp) &&
           data.groups.at("g2")->check->probes.size() == 1 &&
           data.checkers.size() == 1;
  }));
  const auto g2_before = heard.Data()->groups.at("g2");

  redis.Run(
      "HSET groupring:verdicts:c1:g1 192.0.2.1 'down since=2 reason=refused'");
  REQUIRE(heard.WaitFor([](const HealthData& data) {
    return Says(data, "g1", "192.0.2.1", Verdict::kDown);
  }));
  // Groups of which nothing has changed are as before.
  CHECK(heard.Data()->groups.at("g2") == g2_before);

  redis.Run("HSET g2:CHECK MODE observe\nHSET groupring:checker:c1 doubts yes");
  REQUIRE(heard.WaitFor([](const HealthData& data) {
    return data.groups.at("g2")->check->mode == CheckMode::kObserve &&
           data.checkers[0].doubts_itself;
  }));
  CHECK(heard.Data()->groups.at("g1")->check->mode == CheckMode::kAct);

  // A checker that is new, and a group that is.
  redis.Run(
      "HSET groupring:verdicts:c0:g2 192.0.2.2 'busy since=3 reason=busy'\n"
      "ZADD groupring:checkers 2000 c0\n");
  REQUIRE(heard.WaitFor([](const HealthData& data) {
    return Says(data, "g2", "192.0.2.2", Verdict::kBusy);
  }));
  redis.Run(
      "HSET groupring:verdicts:c1:g3 192.0.2.3 'down since=4 reason=refused'\n"
      "SADD g3:A 192.0.2.3\nSADD ftp.example.com:GROUPS g3");
  REQUIRE(heard.WaitFor([](const HealthData& data) {
    return Says(data, "g3", "192.0.2.3", Verdict::kDown);
  }));
  redis.Run("SREM ftp.example.com:GROUPS g3");
  CHECK(heard.WaitFor(
      [](const HealthData& data) { return !data.groups.contains("g3"); }));
}

TEST_CASE("while Redis' data is doubted health stays as it was") {
  RedisServer redis;
  redis.Run(kData);
  Heard heard(redis);
  REQUIRE(heard.WaitFor([](const HealthData& data) {
    return Says(data, "g1", "192.0.2.1", Verdict::kUp);
  }));
  redis.Run("FLUSHALL");
  REQUIRE(WaitUntil([&] { return heard.store().stats().holding.load(); }));
  CHECK(Says(*heard.Data(), "g1", "192.0.2.1", Verdict::kUp));
  redis.Run(kData);
  redis.Run(
      "HSET groupring:verdicts:c1:g1 192.0.2.1 'down since=2 reason=refused'");
  CHECK(heard.WaitFor([](const HealthData& data) {
    return Says(data, "g1", "192.0.2.1", Verdict::kDown);
  }));
}

TEST_CASE(
    "a verdict that makes no sense is complained about, and none is lost") {
  RedisServer redis;
  redis.Run(kData);
  Heard heard(redis);
  REQUIRE(heard.WaitFor([](const HealthData& data) {
    return Says(data, "g1", "192.0.2.1", Verdict::kUp);
  }));
  redis.Run("HSET groupring:verdicts:c1:g1 192.0.2.1 nonsense");
  CHECK(heard.store().WaitForLine("is no verdict"));
  CHECK(Says(*heard.Data(), "g1", "192.0.2.1", Verdict::kUp));
}

}  // namespace
}  // namespace groupring::redis
