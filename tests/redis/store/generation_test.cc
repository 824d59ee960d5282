// A dataset of generation N holds every change made up to it.
#include <algorithm>
#include <atomic>
#include <thread>

#include "redis/admin/admin.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/redis/store/store_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using std::chrono::hours;
using testing::RedisServer;

constexpr char kData[] =
    "SADD ftp.example.com:GROUPS g0 g1 g2 g3 busy\n"
    "SADD g0:A 192.0.2.1\nSADD busy:A 192.0.2.9\n";

// No walk over the key space is of help.
void NoWalks(StoreOptions* options) { options->scan_interval = hours(1); }

bool OfGeneration(StoreFixture* store, int64_t generation) {
  return store->WaitFor(
      [&](const Dataset& d) { return d.generation == generation; });
}

// Follows Redis and looks at each dataset that is published.
class Witness {
 public:
  using Check = std::function<bool(const Dataset&)>;

  Witness(const std::string& url, Check check)
      : check_(std::move(check)),
        store_(Options(url), &clock_, {},
               [this](const Dataset& dataset, const DatasetChange&) {
                 if (!check_(dataset)) ++failures_;
                 generation_ = dataset.generation;
               }) {
    store_.Start();
  }

  bool WaitLoaded() {
    return testing::WaitUntil([&] { return store_.stats().loaded.load(); });
  }
  bool WaitFor(int64_t generation) {
    return testing::WaitUntil([&] { return generation_ == generation; });
  }
  int failures() const { return failures_; }
  const StoreStats& stats() const { return store_.stats(); }

 private:
  static StoreOptions Options(const std::string& url) {
    StoreOptions options;
    options.location = EndpointOf(url);
    options.connect_timeout = testing::kPatience;
    options.command_timeout = testing::kPatience;
    return options;
  }

  const SystemClock clock_;
  const Check check_;
  std::atomic<int> failures_{0};
  std::atomic<int64_t> generation_{-1};
  Store store_;
};

// Change N writes N to one of four groups: they are in a dataset of generation
// N when none of the four is behind.
constexpr int64_t kGroups = 4;

std::string GroupOf(int64_t change) {
  return "g" + std::to_string(change % kGroups);
}

bool HoldsAllChanges(const Dataset& dataset) {
  const int64_t oldest = std::max<int64_t>(1, dataset.generation - kGroups + 1);
  for (int64_t change = oldest; change <= dataset.generation; ++change) {
    const GroupState& state = dataset.groups.at(GroupOf(change))->state;
    if (state.reason.empty() || std::stoll(state.reason) < change) return false;
  }
  return true;
}

Write Reason(const std::string& group, int64_t change) {
  GroupState state;
  state.reason = std::to_string(change);
  return SetGroupState{group, state};
}

void MakeChanges(const std::string& url, int64_t count) {
  const auto admin = Connected(url);
  for (int64_t i = 1; i <= count; ++i) {
    const std::string group = GroupOf(i);
    const auto done = admin->Commit({Reason(group, i)}, Entry("test", group));
    if (!done.ok() || *done != i) return;
  }
}

TEST_CASE("what a commit changed is in the dataset of its generation") {
  RedisServer redis;
  redis.Run(kData);
  Witness witness(redis.url(), HoldsAllChanges);
  REQUIRE(witness.WaitLoaded());
  std::atomic<bool> done{false};
  // Something else to read at any time.
  std::thread noise([&] {
    const auto admin = Connected(redis.url());
    while (!done) {
      for (const char* command : {"SADD", "SREM"}) {
        if (!admin->connection()
                 .Command({command, "busy:A", "192.0.2.10"})
                 .ok()) {
          return;
        }
      }
    }
  });
  MakeChanges(redis.url(), 1000);
  CHECK(witness.WaitFor(1000));
  done = true;
  noise.join();
  CHECK(witness.failures() == 0);
}

TEST_CASE("it is where Redis announces nothing, too") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run("ACL SETUSER ring on >s3cret ~* +@all -client|tracking\n");
  Witness witness("unix://ring:s3cret@" + redis.socket(), HoldsAllChanges);
  REQUIRE(witness.WaitLoaded());
  REQUIRE(testing::WaitUntil([&] { return witness.stats().connected.load(); }));
  CHECK_FALSE(witness.stats().tracking);
  MakeChanges(redis.url(), 300);
  CHECK(witness.WaitFor(300));
  CHECK(witness.failures() == 0);
}

TEST_CASE("the generation alone reaches the listener") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url(), NoWalks);
  REQUIRE(store.WaitLoaded());
  CHECK(store.dataset().generation == 0);
  const size_t before = store.changes().size();
  REQUIRE(Connected(redis.url())->Commit({}, Entry("test", "g1")).ok());
  REQUIRE(OfGeneration(&store, 1));
  REQUIRE(store.changes().size() == before + 1);
  const DatasetChange change = store.changes().back();
  CHECK_FALSE(change.everything);
  CHECK(change.names.empty());
  CHECK(change.groups.empty());
}

TEST_CASE("a name that a commit adds is in the dataset of its generation") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url(), NoWalks);
  REQUIRE(store.WaitLoaded());
  const auto admin = Connected(redis.url());
  REQUIRE(admin
              ->Commit({AddGroupToName{"www.example.com", "g1", {}},
                        AddGroupToName{"www.example.com", "g7", {}},
                        AddMember("g7", "192.0.2.7")},
                       Entry("name add-group", "www.example.com"))
              .ok());
  REQUIRE(OfGeneration(&store, 1));
  CHECK(store.name("www.example.com") != nullptr);
  REQUIRE(store.group("g7") != nullptr);
  CHECK(Texts(store.group("g7")->addresses[0]).size() == 1);

  // Removed, it is gone with that generation.
  REQUIRE(admin
              ->Commit({DeleteName{"www.example.com"}},
                       Entry("name remove", "www.example.com"))
              .ok());
  REQUIRE(OfGeneration(&store, 2));
  CHECK(store.name("www.example.com") == nullptr);
}

TEST_CASE("names added while Redis was away are in the dataset, too") {
  RedisServer redis;
  redis.Run(kData);
  StoreFixture store(redis.url(), [](StoreOptions* options) {
    NoWalks(options);
    options->backoff_min = std::chrono::milliseconds(500);
  });
  REQUIRE(store.WaitLoaded());
  redis.Stop();
  REQUIRE(testing::WaitUntil([&] { return !store.stats().connected; }));
  redis.Start();
  const auto admin = Connected(redis.url());
  for (const char* name : {"a.example.com", "b.example.com"}) {
    REQUIRE(admin
                ->Commit({SetConfigField{name, ConfigField::kTtl, "7"}},
                         Entry("name set", name))
                .ok());
  }
  REQUIRE(OfGeneration(&store, 2));
  CHECK(store.name("a.example.com") != nullptr);
  CHECK(store.name("b.example.com") != nullptr);
}

TEST_CASE("a generation that the audit does not explain waits for a walk") {
  RedisServer redis;
  redis.Run(kData);
  Witness witness(redis.url(), [](const Dataset& dataset) {
    return dataset.generation == 0 || dataset.names.contains("www.example.com");
  });
  REQUIRE(witness.WaitLoaded());
  redis.Run(
      "MULTI\nSADD www.example.com:GROUPS g1\nSET groupring:generation 5\n"
      "EXEC\n");
  CHECK(witness.WaitFor(5));
  // Also back again, as of a database that was restored.
  redis.Run("SET groupring:generation 3\n");
  CHECK(witness.WaitFor(3));
  CHECK(witness.failures() == 0);
}

TEST_CASE(
    "a generation that is no number is complained about and counts as 0") {
  RedisServer redis;
  redis.Run(std::string(kData) + "SET groupring:generation many\n");
  StoreFixture store(redis.url());
  REQUIRE(store.WaitLoaded());
  CHECK(store.dataset().generation == 0);
  CHECK(store.LinesWith("\"many\" is no whole number") == 1);
  redis.Run("SET groupring:generation 7\n");
  CHECK(OfGeneration(&store, 7));
  redis.Run("DEL groupring:generation\nSADD groupring:generation x\n");
  CHECK(OfGeneration(&store, 0));
  CHECK(store.WaitForLine("WRONGTYPE"));
  CHECK(store.group("g0") != nullptr);
}

TEST_CASE("without the right to read the generation all else is followed") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run("ACL SETUSER ring on >s3cret ~* &* +@all -get -xrevrange\n");
  StoreFixture store("unix://ring:s3cret@" + redis.socket());
  REQUIRE(store.WaitLoaded());
  REQUIRE(Connected(redis.url())
              ->Commit({AddMember("g0", "192.0.2.2")}, Entry("test", "g0"))
              .ok());
  CHECK(store.WaitFor([](const Dataset& d) {
    return d.groups.at("g0")->addresses[0]->members().size() == 2;
  }));
  CHECK(store.dataset().generation == 0);
  CHECK(store.LinesWith("nodes cannot say which changes") == 1);
}

TEST_CASE("where nothing is announced, changes one by one are not missed") {
  RedisServer redis;
  redis.Run(kData);
  redis.Run("ACL SETUSER ring on >s3cret ~* +@all -client|tracking\n");
  Witness witness("unix://ring:s3cret@" + redis.socket(), HoldsAllChanges);
  REQUIRE(witness.WaitLoaded());
  const auto admin = Connected(redis.url());
  for (int64_t i = 1; i <= 6; ++i) {
    const std::string group = GroupOf(i);
    REQUIRE(admin->Commit({Reason(group, i)}, Entry("test", group)).ok());
    REQUIRE(witness.WaitFor(i));
  }
  CHECK(witness.failures() == 0);
}

TEST_CASE("an audit with gaps does not explain a generation") {
  RedisServer redis;
  redis.Run(kData);
  Witness witness(redis.url(), [](const Dataset& dataset) {
    return dataset.generation == 0 || dataset.names.contains("www.example.com");
  });
  REQUIRE(witness.WaitLoaded());
  redis.Run(
      "MULTI\nSADD www.example.com:GROUPS g1\nSET groupring:generation 5\n"
      "XADD groupring:audit * generation 5 names \"\"\nEXEC\n");
  CHECK(witness.WaitFor(5));
  CHECK(witness.failures() == 0);
}

}  // namespace
}  // namespace groupring::redis
