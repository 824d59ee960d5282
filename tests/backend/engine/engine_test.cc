// What an engine carries over to the store that follows: over a restart in the
// state file, over a reload in memory.
#include "backend/engine/engine.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "tests/backend/dataset_text.h"
#include "tests/backend/transport/log_lines.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

constexpr char kData[] =
    "SADD a.example.com:GROUPS g1\nSADD b.example.com:GROUPS g1\n"
    "SADD g1:A 192.0.2.1\n";
// `groupring:accepted` stays.
constexpr char kLoss[] = "DEL a.example.com:GROUPS b.example.com:GROUPS\n";

std::string AcceptNothing(int64_t unix_millis) {
  return "HSET groupring:accepted time " + std::to_string(unix_millis) +
         " names 0 by ana@ns1 reason moved\n";
}

class Node {
 public:
  Node() {
    redis.Run(kData);
    Start();
  }
  ~Node() { engine->Stop(); }

  void Start() {
    EngineOptions options;
    options.store = StoreOptions();
    options.state_directory = directory.path();
    engine = std::make_unique<Engine>(options, &clock, log.Sink());
    engine->Start();
    engine->KeepState();
  }

  redis::StoreOptions StoreOptions() const {
    redis::StoreOptions options;
    options.location = redis::ParseLocation(redis.url()).value();
    return options;
  }

  size_t Names() const {
    const auto snapshot = engine->snapshots().Take();
    return snapshot == nullptr ? 0 : snapshot->owners->size();
  }
  bool Doubts() const {
    return WaitUntil([&] { return engine->Facts().doubting; });
  }

  testing::RedisServer redis;
  testing::TempDirectory directory;
  SystemClock clock;
  LogLines log;
  std::unique_ptr<Engine> engine;
};

// The loss happens again while the node is away, or while it changes over.
void LoseAgain(Node* node, bool restart, const std::string& commands) {
  if (restart) {
    node->engine->Stop();
    node->redis.Run(commands);
    node->Start();
  } else {
    node->redis.Run(commands);
    REQUIRE(node->Doubts());
    node->engine->Reconnect(node->StoreOptions());
  }
}

TEST_CASE("an acceptance is spent for the engine that follows, too") {
  const bool restart = GENERATE(true, false);
  CAPTURE(restart);
  Node node;
  REQUIRE(WaitUntil([&] { return node.Names() > 0; }));
  const size_t names = node.Names();
  node.redis.Run(kLoss);
  REQUIRE(node.Doubts());
  node.redis.Run(AcceptNothing(node.clock.UnixMillis()));
  REQUIRE(WaitUntil([&] { return node.Names() == 0; }));
  node.redis.Run(kData);
  REQUIRE(WaitUntil([&] { return node.Names() == names; }));

  LoseAgain(&node, restart, kLoss);
  CHECK(node.Doubts());
  CHECK(node.Names() == names);
}

TEST_CASE("an acceptance older than the data accepts no loss of it") {
  const bool restart = GENERATE(true, false);
  CAPTURE(restart);
  Node node;
  REQUIRE(WaitUntil([&] { return node.Names() > 0; }));
  const size_t names = node.Names();
  LoseAgain(&node, restart,
            kLoss + AcceptNothing(node.clock.UnixMillis() - 3600 * 1000));
  CHECK(node.Doubts());
  CHECK(node.Names() == names);
}

TEST_CASE("what following Redis took is kept over a reload") {
  Node node;
  REQUIRE(WaitUntil([&] { return node.engine->Facts().feed.loads == 1; }));
  node.redis.Run("HSET a.example.com:WEIGHTS g1 7\n");
  // What has been read is built after that.
  REQUIRE(WaitUntil([&] {
    return node.engine->Facts().feed.changed_reads > 0 &&
           node.engine->builds().samples() >= 2;
  }));
  const redis::FeedCounts before = node.engine->Facts().feed;
  node.engine->Reconnect(node.StoreOptions());
  // A connection counts when what was read over it is loaded.
  REQUIRE(WaitUntil([&] {
    const redis::FeedCounts now = node.engine->Facts().feed;
    return now.loads == 2 && now.connects == 2;
  }));
  const redis::FeedCounts after = node.engine->Facts().feed;
  CHECK(before.connects == 1);
  CHECK(after.commands > before.commands);
  CHECK(after.changed_reads >= before.changed_reads);
  CHECK(WaitUntil([&] { return node.engine->Facts().saved_unix_millis; }));
}

TEST_CASE("what is in force survives a restart while its key makes no sense") {
  Node node;
  node.redis.Run(
      "HSET a.example.com:WEIGHTS g1 7\nHSET g1:STATE state disabled");
  const auto weight = [&] {
    const auto snapshot = node.engine->snapshots().Take();
    const Owner* owner =
        snapshot == nullptr ? nullptr : snapshot->FindOwner("a.example.com");
    return owner == nullptr ? 0 : owner->data->groups->at(0).weight;
  };
  const auto state = [&] {
    const auto snapshot = node.engine->snapshots().Take();
    return snapshot->RingOf(*snapshot->FindDynamic("a.example.com"))
        ->groups[0]
        ->state.state;
  };
  REQUIRE(WaitUntil([&] {
    return weight() == 7 && state() == redis::AdminState::kDisabled;
  }));
  node.redis.Run("HSET a.example.com:WEIGHTS g1 abc\nSET g1:STATE oops");
  REQUIRE(
      WaitUntil([&] { return node.engine->Facts().keys_complained_of == 2; }));
  node.engine->Stop();
  node.Start();
  REQUIRE(
      WaitUntil([&] { return node.engine->Facts().keys_complained_of == 2; }));
  CHECK(weight() == 7);
  CHECK(state() == redis::AdminState::kDisabled);
  const NodeFacts facts = node.engine->Facts();
  REQUIRE(facts.complaints.size() == 2);
  CHECK(facts.complaints[0].find("7 is used instead") != std::string::npos);
}

// Of g1, by whatever cause.
size_t WithheldOfG1(const Node& node) {
  const auto snapshot = node.engine->snapshots().Take();
  const DynamicName* name =
      snapshot == nullptr ? nullptr : snapshot->FindDynamic("a.example.com");
  if (name == nullptr) return 0;
  const auto& withheld = snapshot->RingOf(*name)->groups[0]->withheld[0];
  return withheld == nullptr ? 0 : withheld->entries().size();
}

// g1 has two addresses, of which a checker calls one down. It lives for as long
// as a test takes.
std::string OneDown(int64_t unix_millis) {
  return "SADD g1:A 192.0.2.2\nHSET groupring:check PROBES tcp:21\n"
         "ZADD groupring:checkers " +
         std::to_string(unix_millis + 3'600'000) +
         " c1\nHSET groupring:verdicts:c1:g1 192.0.2.1 "
         "'down since=1700000000000 reason=refused'\n";
}
constexpr char kUpAgain[] =
    "HSET groupring:verdicts:c1:g1 192.0.2.1 "
    "'up since=1700000001000 reason=ok after=down'\n";

TEST_CASE("a start without Redis goes on with the health known before") {
  Node node;
  node.redis.Run(OneDown(node.clock.UnixMillis()));
  REQUIRE(WaitUntil([&] { return WithheldOfG1(node) == 1; }));
  CHECK(node.engine->Facts().health_trouble.empty());
  node.engine->Stop();
  node.redis.Stop();
  node.Start();
  CHECK(WithheldOfG1(node) == 1);
  CHECK(node.engine->Facts().health_trouble.find("withholds 1 address") !=
        std::string::npos);
  // What it goes on with is what it would leave to the next one.
  node.engine->Stop();
  node.Start();
  CHECK(WithheldOfG1(node) == 1);

  node.redis.Start();
  REQUIRE(
      WaitUntil([&] { return node.engine->Facts().health_trouble.empty(); }));
  CHECK(WithheldOfG1(node) == 1);
  node.redis.Run(kUpAgain);
  CHECK(WaitUntil([&] { return WithheldOfG1(node) == 0; }));
}

TEST_CASE("health known before ends when Redis says nothing of any") {
  Node node;
  node.redis.Run(OneDown(node.clock.UnixMillis()));
  REQUIRE(WaitUntil([&] { return WithheldOfG1(node) == 1; }));
  node.engine->Stop();
  node.redis.Run(
      "DEL groupring:check groupring:checkers groupring:verdicts:c1:g1");
  node.Start();
  CHECK(WaitUntil([&] { return WithheldOfG1(node) == 0; }));
}

TEST_CASE("what holds on this node alone ends to the millisecond") {
  const testing::ManualClock clock;
  EngineOptions options;
  options.store.location = redis::ParseLocation("unix:///nowhere").value();
  Engine engine(options, &clock, [](Severity, const std::string&) {});
  DatasetText data;
  data.SetGroup("g1", {"192.0.2.1"}, {});
  data.Set("a.example.com", DatasetText::OnGroups({"g1"}));
  engine.Restore({data.dataset(), clock.UnixMillis(), {}});
  redis::GroupState state = Disabled();
  state.of_this_node = true;
  state.until = clock.UnixMillis() / 1000 + 60;
  REQUIRE(engine.SetLocalState("g1", state).ok());
  clock.Advance(
      std::chrono::milliseconds(state.until * 1000 - 1 - clock.UnixMillis()));
  CHECK(engine.CurrentLocalStates().size() == 1);
  clock.Advance(std::chrono::milliseconds(1));
  CHECK(engine.CurrentLocalStates().empty());
}

TEST_CASE("only changes that others wait for are told to the listener") {
  testing::RedisServer redis;
  redis.Run(kData);
  const SystemClock clock;
  LogLines log;
  EngineOptions options;
  options.store.location = redis::ParseLocation(redis.url()).value();
  Engine engine(options, &clock, log.Sink());
  std::atomic<int> told{0};
  engine.SetAppliedListener([&] { ++told; });
  engine.Start();
  REQUIRE(WaitUntil([&] { return told == 1; }));
  const auto ttl_is = [&](uint32_t seconds) {
    return WaitUntil([&] {
      const redis::Dataset now = engine.CurrentState().dataset;
      return now.names.at("a.example.com")->config.ttl_seconds == seconds;
    });
  };
  // By a command: nodes that are behind are waited for.
  redis.Run(
      "MULTI\nHSET a.example.com:CONFIG TTL 7\nINCR groupring:generation\n"
      "EXEC\n");
  REQUIRE(ttl_is(7));
  REQUIRE(WaitUntil([&] { return told == 2; }));
  // By somebody else, who may change thousands.
  redis.Run("HSET a.example.com:CONFIG TTL 8\n");
  REQUIRE(ttl_is(8));
  redis.Run("HSET g1:STATE state disabled\n");
  REQUIRE(WaitUntil([&] {
    return engine.CurrentState().dataset.groups.at("g1")->state.state ==
           redis::AdminState::kDisabled;
  }));
  engine.Stop();
  CHECK(told == 3);
}

}  // namespace
}  // namespace groupring::backend
