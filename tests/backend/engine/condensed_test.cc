// Names that an engine tells commands on its host, and when it does not.
#include <chrono>
#include <memory>
#include <string>

#include "backend/engine/engine.h"
#include "tests/backend/transport/log_lines.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

constexpr char kData[] =
    "HSET example.com:CONFIG SOA 'ns.example.com h.example.com 1 2 3 4 5' NS "
    "ns.example.com RECORDS "
    "'[{\"name\":\"c\",\"type\":\"A\",\"content\":\"192.0.2.7\"}]'\n"
    "SADD a.example.com:GROUPS g1\nSADD b.example.com:GROUPS g1\n"
    "SADD c.example.com:GROUPS g1\nSADD d.example.com:GROUPS g1\n"
    "HSET d.example.com:CONFIG TTL soon\nSADD g1:A 192.0.2.1\n"
    "SET groupring:generation 7\n";

class Node {
 public:
  explicit Node(const std::string& data) {
    redis.Run(data);
    EngineOptions options;
    options.store.location = redis::ParseLocation(redis.url()).value();
    options.store.tracking_retry_interval = std::chrono::hours(1);
    engine = std::make_unique<Engine>(options, &clock, log.Sink());
    engine->Start();
    CHECK(engine->WaitUntilLoaded(testing::kPatience));
  }
  ~Node() { engine->Stop(); }

  absl::Status Status(int64_t generation = 0) const {
    return engine->CondenseNames(generation).status();
  }

  testing::RedisServer redis;
  SystemClock clock;
  LogLines log;
  std::unique_ptr<Engine> engine;
};

TEST_CASE("an engine tells all names, condensed, and what is wrong with them") {
  Node node(kData);
  REQUIRE(WaitUntil([&] { return node.Status(7).ok(); }));
  const auto names = node.engine->CondenseNames(7);
  REQUIRE(names.ok());
  // d stands for itself, as its CONFIG exists; c has a static record.
  CHECK(names->names.size() == 4);
  CHECK(redis::CountOf(names->alike, "a.example.com") == 2);
  REQUIRE(names->complaints.size() == 1);
  CHECK(names->complaints[0].key == "d.example.com:CONFIG");
}

TEST_CASE("an engine tells a change as soon as its generation is asked for") {
  Node node(kData);
  node.redis.Run(
      "MULTI\nSADD a.example.com:GROUPS g2\nINCR groupring:generation\nEXEC\n");
  REQUIRE(WaitUntil([&] {
    const absl::Status status = node.Status(8);
    return !absl::IsUnavailable(status);
  }));
  const auto names = node.engine->CondenseNames(8);
  REQUIRE(names.ok());
  CHECK_FALSE(names->alike.contains("a.example.com"));
  CHECK(absl::IsUnavailable(node.Status(9)));
}

TEST_CASE("an engine tells a zone as Redis holds it, not as it answers it") {
  Node node(kData);
  node.redis.Run(
      "MULTI\nHSET example.com:CONFIG RECORDS '[{'\nINCR "
      "groupring:generation\nEXEC\n");
  REQUIRE(WaitUntil([&] { return node.Status(8).ok(); }));
  const auto names = node.engine->CondenseNames(8);
  REQUIRE(names.ok());
  for (const auto& name : names->names) {
    if (name->name == "example.com") CHECK(name->config.records_json == "[{");
  }
  // None of them can be read now.
  CHECK(redis::CountOf(names->alike, "a.example.com") == 3);
}

TEST_CASE("an engine that does not know what Redis holds tells nothing") {
  SECTION("Redis is away") {
    Node node(kData);
    node.redis.Stop();
    CHECK(WaitUntil([&] { return absl::IsFailedPrecondition(node.Status()); }));
  }
  SECTION("it doubts what Redis holds") {
    Node node(kData);
    REQUIRE(WaitUntil([&] { return node.Status().ok(); }));
    node.redis.Run("FLUSHALL\n");
    REQUIRE(WaitUntil([&] { return node.engine->Facts().doubting; }));
    CHECK(absl::IsFailedPrecondition(node.Status()));
  }
  SECTION("Redis announces nothing") {
    Node node(std::string(kData) + "ACL SETUSER default -client|tracking\n");
    REQUIRE(WaitUntil([&] { return !node.engine->Facts().tracking; }));
    CHECK(absl::IsFailedPrecondition(node.Status()));
  }
}

}  // namespace
}  // namespace groupring::backend
