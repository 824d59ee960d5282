// An engine that followed any changes answers as one that has just loaded.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "backend/engine/engine.h"
#include "backend/resolver/resolver.h"
#include "redis/base/random.h"
#include "tests/backend/transport/log_lines.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

constexpr int kGroups = 20;
constexpr int kZones = 5;

// GROUPRING_NAMES=100000 makes a test of minutes of it.
int Names() {
  const char* const text = std::getenv("GROUPRING_NAMES");
  return text == nullptr ? 300 : std::atoi(text);
}

// What redis-cli does at a time, for which it has a deadline.
constexpr int kChangesAtOnce = 1000;

// Copies all keys of one database of Redis to another, some at a time.
void CopyDatabase(int from, int to, testing::RedisServer* redis) {
  for (const char* const keys : {"[^n]*", "n0*", "n1*", "n2*", "n3*", "n4*",
                                 "n5*", "n6*", "n7*", "n8*", "n9*"}) {
    redis->Run(absl::StrFormat(
        "EVAL \"redis.call('SELECT',%d) local d={} "
        "for _,k in ipairs(redis.call('KEYS','%s')) do "
        "d[k]=redis.call('DUMP',k) end redis.call('SELECT',%d) "
        "for k,v in pairs(d) do redis.call('RESTORE',k,0,v,'REPLACE') end\" "
        "0\n",
        from, keys, to));
  }
}

// Changes as redis-cli, scripts and commands make them. No set of a group is
// ever empty: what would be answered then depends on what was there before.
class Changes {
 public:
  Changes(unsigned seed, int names) : random_(seed), names_(names) {}

  void WriteEverything(testing::RedisServer* redis) {
    std::string commands;
    for (int z = 0; z < kZones; ++z) absl::StrAppend(&commands, Zone(z));
    for (int g = 0; g < kGroups; ++g) {
      absl::StrAppend(&commands, "SADD g", g, ":A 192.0.2.", g + 1, "\n");
    }
    for (int i = 0; i < names_; ++i) {
      absl::StrAppend(&commands, "SADD ", Name(i), ":GROUPS g", i % kGroups,
                      " g", (i + 1) % kGroups, " g", (i + 7) % kGroups, "\n");
      if (i % kChangesAtOnce == 0) redis->Run(std::exchange(commands, {}));
    }
    redis->Run(commands);
  }

  std::string Next() {
    const std::string name = Name(Below(names_ + names_ / 10));
    const std::string group = absl::StrCat("g", Below(kGroups));
    switch (Below(14)) {
      case 0:
        return absl::StrCat("SADD ", name, ":GROUPS ", group, "\n");
      case 1:
        return absl::StrCat("SREM ", name, ":GROUPS ", group, "\n");
      case 2:
        return absl::StrCat("HSET ", name, ":WEIGHTS ", group, " ",
                            100 * Below(4), "\n");
      case 3:
      case 4:
        return absl::StrCat("HSET ", name, ":CONFIG TTL ", Below(1000), "\n");
      case 5:
        return absl::StrCat("DEL ", name, ":CONFIG ", name, ":GROUPS ", name,
                            ":WEIGHTS\n");
      case 6:
        return absl::StrCat("SADD ", name, ":GROUPS ", group, "\nRENAME ", name,
                            ":GROUPS ", Name(Below(names_)), ":GROUPS\n");
      case 7:
        return absl::StrCat("HSET ", group, ":STATE state ",
                            Below(3) == 0 ? "disabled" : "enabled", "\n");
      case 8:
        return absl::StrCat("MULTI\nDEL ", group, ":A\nSADD ", group,
                            ":A 192.0.2.", Below(200) + 1, "\nEXEC\n");
      case 9:
        return absl::StrCat("SADD ", name, ":A:SKIPLIST 192.0.2.",
                            Below(kGroups) + 1, "/32\n");
      case 10:
        return Zone(Below(kZones));
      case 11:
        return Command(name,
                       absl::StrCat("SADD ", name, ":GROUPS ", group, "\n"));
      case 12:
        return Command("",
                       absl::StrCat("HSET ", group, ":STATE state disabled\n"));
      default:
        return Command(name, absl::StrCat("HSET ", name, ":CONFIG TTL ",
                                          Below(1000), "\n"));
    }
  }

  int64_t generation() const { return generation_; }

 private:
  int Below(int limit) {
    return static_cast<int>(random_() % static_cast<unsigned>(limit));
  }
  static std::string Name(int i) {
    return absl::StrFormat("n%d.zone%d.test", i, i % kZones);
  }
  std::string Zone(int z) {
    return absl::StrFormat(
        "HSET zone%d.test:CONFIG SOA \"ns1.test h.test 1 2 3 4 %d\" NS "
        "ns1.test RECORDS '[{\"name\":\"www\",\"type\":\"A\",\"content\":"
        "\"203.0.113.%d\"}]'\n",
        z, Below(600) + 1, Below(200) + 1);
  }
  // What a command of groupring writes along with its change.
  std::string Command(const std::string& name, const std::string& write) {
    ++generation_;
    return absl::StrCat("MULTI\n", write, "INCR groupring:generation\nXADD ",
                        "groupring:audit * generation ", generation_,
                        " names \"", name, "\"\nEXEC\n");
  }

  std::mt19937 random_;
  const int names_;
  int64_t generation_ = 0;
};

// An engine, and what it answers.
class Node {
 public:
  explicit Node(const std::string& url) {
    EngineOptions options;
    options.store.location = redis::ParseLocation(url).value();
    options.store.scan_interval = std::chrono::milliseconds(200);
    engine_ = std::make_unique<Engine>(options, &clock_, log_.Sink());
    engine_->Start();
  }
  ~Node() { engine_->Stop(); }

  Engine& engine() { return *engine_; }

  // Ends without the condition once the engine has rested for three times the
  // patience of a test. As long as it reads what there is to read it gets the
  // time for it, however busy the machine is.
  bool WaitUntil(const std::function<bool()>& condition) const {
    for (int rests = 0; rests < 3;) {
      const uint64_t before = Commands();
      if (testing::WaitUntil(condition)) return true;
      rests = Commands() - before > kCommandsAtRest ? 0 : rests + 1;
    }
    return false;
  }
  bool Loads() {
    return WaitUntil([&] { return engine_->snapshots().Take() != nullptr; });
  }
  int64_t generation() const {
    return engine_->snapshots().Take()->redis_generation;
  }

  // By name, to two clients.
  std::map<std::string, std::string> Answers() const {
    const auto snapshot = engine_->snapshots().Take();
    std::map<std::string, std::string> answers;
    Mt19937Random random(7);
    ResolverScratch scratch{&random};
    Request request;
    Reply reply;
    request.method = Method::kLookup;
    request.qtype = "ANY";
    request.remote = "192.0.2.1";
    for (const auto& [name, owner] : *snapshot->owners) {
      std::string& answer = answers[name.str()];
      request.qname = name.str() + ".";
      for (const char* const client : {"198.51.100.7/32", "203.0.113.7/32"}) {
        request.real_remote = client;
        reply.Clear();
        Lookup(*snapshot, request, kAnyTime, &scratch, &reply);
        absl::StrAppend(&answer, static_cast<int>(reply.kind), "|");
        for (const Record& record : reply.records) {
          absl::StrAppend(&answer, std::string(record.qtype), " ",
                          std::string(record.content), " ", record.ttl_seconds,
                          "|");
        }
      }
    }
    return answers;
  }

 private:
  static constexpr int64_t kAnyTime = 1'800'000'000'000;
  // For as long as a test has patience: a hundred a second.
  static constexpr uint64_t kCommandsAtRest = 100 * testing::kPatience.count();

  uint64_t Commands() const { return engine_->Facts().feed.commands; }

  SystemClock clock_;
  LogLines log_;
  std::unique_ptr<Engine> engine_;
};

TEST_CASE("after random changes each name is answered as by a fresh load") {
  const auto seed = static_cast<unsigned>(GENERATE(1, 2));
  CAPTURE(seed);
  const int names = Names();
  // Whether all keys fit into the table of Redis makes no difference.
  std::vector<std::string> settings;
  if (seed == 2) settings = {"--tracking-table-max-keys", "100"};
  testing::RedisServer redis(settings);
  Changes changes(seed, names);
  changes.WriteEverything(&redis);
  Node followed(redis.url());
  REQUIRE(followed.Loads());
  for (int part = 0; part < 4; ++part) {
    std::string commands;
    for (int i = 1; i <= names; ++i) {
      commands += changes.Next();
      if (i % kChangesAtOnce == 0 || i == names) {
        redis.Run(std::exchange(commands, {}));
      }
    }
    if (part == 1) {
      redis.Stop();
      redis.Start();
    } else if (part == 2) {
      CopyDatabase(0, 1, &redis);
      redis.Run("FLUSHDB\n");
      REQUIRE(followed.WaitUntil(
          [&] { return followed.engine().Facts().doubting; }));
      CopyDatabase(1, 0, &redis);
    }
  }
  CHECK(followed.WaitUntil(
      [&] { return followed.generation() == changes.generation(); }));
  Node fresh(redis.url());
  REQUIRE(fresh.Loads());
  const auto expected = fresh.Answers();
  REQUIRE(expected.size() > static_cast<size_t>(names / 2));
  CHECK(followed.WaitUntil([&] { return followed.Answers() == expected; }));
  const auto answers = followed.Answers();
  for (const auto& [name, answer] : expected) {
    const auto found = answers.find(name);
    if (found == answers.end()) {
      FAIL_CHECK(name << " is not answered");
    } else if (found->second != answer) {
      FAIL_CHECK(name << " is answered " << found->second << ", not "
                      << answer);
    }
  }
  CHECK(answers.size() == expected.size());
}

}  // namespace
}  // namespace groupring::backend
