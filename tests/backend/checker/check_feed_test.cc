#include "backend/checker/check_feed.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/backend/transport/log_lines.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

class Stage {
 public:
  explicit Stage(const std::string& commands) {
    redis.Run("SADD ftp.example.org:GROUPS g1 g2\n" + commands);
    redis::StoreOptions options;
    options.location = redis::ParseLocation(redis.url()).value();
    feed = std::make_unique<CheckFeed>(std::move(options), CheckInputs(),
                                       &clock, log.Sink(), [] {});
    feed->Start();
  }
  ~Stage() { feed->Stop(); }

  // Until the newest is so.
  template <typename Predicate>
  bool Becomes(const Predicate& predicate) {
    return WaitUntil([&] {
      if (auto fresh = feed->Take()) now = *std::move(fresh);
      return now.health != nullptr && predicate(now);
    });
  }

  testing::RedisServer redis;
  SystemClock clock;
  LogLines log;
  std::unique_ptr<CheckFeed> feed;
  CheckInputs now;
};

size_t AddressesOf(const CheckInputs& inputs, const std::string& group) {
  const auto found = inputs.groups.find(group);
  return found == inputs.groups.end() ? 0 : found->second[0]->members().size();
}

size_t ProbesOf(const CheckInputs& inputs, const std::string& group) {
  const auto found = inputs.health->groups.find(group);
  return found == inputs.health->groups.end()
             ? 0
             : found->second->check->probes.size();
}

TEST_CASE("check feed: groups, addresses and checks, and what changes") {
  Stage stage("SADD g1:A 192.0.2.1\nHSET g1:CHECK PROBES tcp:21");
  REQUIRE(stage.Becomes([](const CheckInputs& now) {
    return AddressesOf(now, "g1") == 1 && ProbesOf(now, "g1") == 1;
  }));
  CHECK(ProbesOf(stage.now, "g2") == 0);
  stage.redis.Run("SADD g2:A 192.0.2.2 192.0.2.3");
  CHECK(stage.Becomes(
      [](const CheckInputs& now) { return AddressesOf(now, "g2") == 2; }));
  stage.redis.Run("HSET groupring:check PROBES 'tcp:21 ftp'");
  CHECK(stage.Becomes([](const CheckInputs& now) {
    return ProbesOf(now, "g2") == 2 && ProbesOf(now, "g1") == 1;
  }));
  stage.redis.Run("SREM ftp.example.org:GROUPS g2");
  CHECK(stage.Becomes(
      [](const CheckInputs& now) { return !now.groups.contains("g2"); }));
}

TEST_CASE("check feed: without any group there is health, with nothing in it") {
  Stage stage("DEL ftp.example.org:GROUPS");
  CHECK(stage.Becomes([](const CheckInputs& now) {
    return now.groups.empty() && now.health->groups.empty();
  }));
}

TEST_CASE("check feed: a loss of all data is not believed, checks included") {
  Stage stage(
      "SADD more.example.org:GROUPS g1\nSADD g1:A 192.0.2.1\n"
      "HSET groupring:check PROBES tcp:21");
  REQUIRE(stage.Becomes([](const CheckInputs& now) {
    return AddressesOf(now, "g1") == 1 && ProbesOf(now, "g1") == 1;
  }));
  stage.redis.Run("FLUSHALL");
  REQUIRE(WaitUntil([&] { return stage.log.Count("not believed") > 0; }));
  if (auto fresh = stage.feed->Take()) stage.now = *std::move(fresh);
  CHECK(AddressesOf(stage.now, "g1") == 1);
  CHECK(ProbesOf(stage.now, "g1") == 1);
}

TEST_CASE("verdicts are no checks: they make no new plan") {
  Stage stage("SADD g1:A 192.0.2.1\nHSET groupring:check PROBES tcp:21");
  REQUIRE(stage.Becomes(
      [](const CheckInputs& now) { return ProbesOf(now, "g1") == 1; }));
  const CheckInputs before = stage.now;
  stage.redis.Run(
      "ZADD groupring:checkers 1700000000000 c1\n"
      "HSET groupring:verdicts:c1:g1 192.0.2.1 'up since=1 reason=ok'");
  REQUIRE(stage.Becomes([](const CheckInputs& now) {
    return !now.health->groups.at("g1")->by_checker.empty();
  }));
  CHECK(SameChecks(stage.now, before));
  stage.redis.Run("HSET g1:CHECK INTERVAL 7");
  REQUIRE(stage.Becomes([](const CheckInputs& now) {
    return now.health->groups.at("g1")->check->interval.count() == 7;
  }));
  CHECK_FALSE(SameChecks(stage.now, before));
}

}  // namespace
}  // namespace groupring::backend
