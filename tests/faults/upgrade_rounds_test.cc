// Whether "safe to upgrade now" is ever said while it is not: five nodes whose
// clocks are off, two operators, and faults at random. The judge is a client
// that keeps what it was answered for as long as its TTL says.
#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/command_runner.h"
#include "tests/support/fake_time.h"
#include "tests/support/groupring_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/temp_directory.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

// libfaketime and a sanitizer's runtime both want to be loaded first.
#ifndef GROUPRING_SANITIZED
namespace groupring::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr size_t kNodes = 5;
constexpr std::array<const char*, kNodes> kOffsets = {"+0", "-1h", "+1h", "-7s",
                                                      "+42s"};
const std::vector<std::string> kGroups = {"alpha", "bravo", "charlie"};
const std::vector<std::string> kNames = {
    "files.example.org", "upload.example.org", "ftp.eu.west.example.org",
    "example.net"};

std::string NodeName(size_t i) { return "ns" + std::to_string(i + 1); }

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  // 0 … below-1
  size_t Below(size_t below) { return random_() % below; }
  template <typename T>
  const T& OneOf(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

 private:
  std::mt19937_64 random_;
};

// Until when somebody may hold each group. An answer is kept from the moment
// that it was asked for, which is no later than its arrival: what the judge
// finds is never an accident of scheduling.
class Caches {
 public:
  void Keep(const std::string& group, steady_clock::time_point until) {
    const std::lock_guard lock(mutex_);
    steady_clock::time_point& held = held_[group];
    held = std::max(held, until);
  }
  steady_clock::time_point HeldUntil(const std::string& group) {
    const std::lock_guard lock(mutex_);
    return held_[group];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, steady_clock::time_point> held_;
};

// Asks one node on behalf of many networks for as long as it lives.
class Client {
 public:
  Client(std::string socket, uint64_t seed, Caches* caches)
      : socket_(std::move(socket)),
        dice_(seed),
        caches_(caches),
        thread_([this] { Run(); }) {}
  ~Client() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  // About 300 questions a second; false: it is to end.
  bool Rest() {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, milliseconds(3),
                              [this] { return ending_; });
  }

  void Run() {
    while (Rest()) {
      try {
        UnixStream stream(socket_);
        while (Ask(&stream) && Rest()) {
        }
      } catch (const std::exception&) {
        // The node does not live, or ended in the middle of an answer.
      }
    }
  }

  bool Ask(UnixStream* stream) {
    const nlohmann::json question = {
        {"method", "lookup"},
        {"parameters",
         {{"qname", dice_.OneOf(kNames) + "."},
          {"qtype", "A"},
          {"remote", "127.0.0.1"},
          {"local", "127.0.0.1"},
          {"real-remote", "10." + std::to_string(dice_.Below(250)) + ".3.0/24"},
          {"zone-id", -1}}}};
    const auto asked = steady_clock::now();
    if (!stream->lines().Send(question.dump() + "\n")) return false;
    const std::optional<std::string> line = stream->lines().ReadLine();
    if (!line) return false;
    const auto answer = nlohmann::json::parse(*line);
    if (!answer["result"].is_array()) return true;
    for (const auto& record : answer["result"]) {
      const std::string group = GroupOf(record["content"].get<std::string>());
      if (group.empty()) continue;
      caches_->Keep(group, asked + seconds(record["ttl"].get<int>()));
    }
    return true;
  }

  const std::string socket_;
  Dice dice_;
  Caches* const caches_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

class Rounds {
 public:
  explicit Rounds(uint64_t seed) : dice_(seed) {
    redis_.Run(SampleData(false));
    for (const std::string& name : kNames) SetTtl(name);
    for (size_t i = 0; i < kNodes; ++i) {
      Connect(i);
      nodes_.push_back(std::make_unique<GroupringServer>(
          "unix://" + NodeName(i) + ":x@" + redis_.socket(),
          "[node]\nname = \"" + NodeName(i) + "\"\n", true,
          OnHostThatIs(kOffsets[i], directory_)));
    }
    for (size_t i = 0; i < kNodes; ++i) {
      clients_.push_back(std::make_unique<Client>(
          nodes_[i]->settings().remote_socket(), seed * kNodes + i, &caches_));
    }
  }

  struct Outcome {
    bool safe = false;
    bool was_held = false;  // said too early
    std::string said;
  };

  // An upgrade of a group by one operator, while the other and bad luck do
  // their things.
  Outcome Upgrade() {
    const std::string group = dice_.OneOf(kGroups);
    std::vector<std::string> words = {"group", "disable", group};
    if (dice_.Below(3) == 0) {
      words = {"group", "drain", group, "--over",
               std::to_string(1 + dice_.Below(2)) + "s"};
    }
    words.insert(words.end(),
                 {"--force", "--wait=expired", "--timeout", "15s"});
    const auto command = ana_.Start(words);
    Outcome outcome;
    std::optional<steady_clock::time_point> ended;
    std::thread waiting([&] {
      outcome.safe = command->Status() == 0;
      ended = steady_clock::now();
      const std::lock_guard lock(mutex_);
      over_ = true;
      changed_.notify_all();
    });
    // Then nothing keeps the upgrade from coming to its end.
    size_t disturbances = dice_.Below(7);
    for (; Pause(); --disturbances) {
      if (disturbances > 0) {
        Disturb(group);
      } else {
        LetNodesLive();
        break;
      }
    }
    waiting.join();
    over_ = false;
    // A moment in which a node that still answers the group shows.
    Watch(milliseconds(400));
    outcome.said = command->Output() + command->Errors();
    outcome.was_held = outcome.safe && caches_.HeldUntil(group) > *ended;
    Heal();
    return outcome;
  }

 private:
  // Up to 0.7 s; false: the upgrade is over.
  bool Pause() {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, milliseconds(dice_.Below(700)),
                              [this] { return over_; });
  }

  // Clients go on asking for so long.
  void Watch(milliseconds time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [] { return false; });
  }

  void SetTtl(const std::string& name) {
    redis_.Run("HSET " + name + ":CONFIG TTL " +
               std::to_string(1 + dice_.Below(4)));
  }
  void Connect(size_t node) {
    redis_.Run("ACL SETUSER " + NodeName(node) + " on nopass ~* &* +@all");
  }
  void CutOff(size_t node) {
    redis_.Run("ACL SETUSER " + NodeName(node) + " off\nCLIENT KILL USER " +
               NodeName(node));
  }

  // What the other operator does, or what goes wrong.
  void Disturb(const std::string& group) {
    const std::string& name = dice_.OneOf(kNames);
    const std::string& other = dice_.OneOf(kGroups);
    const size_t node = dice_.Below(kNodes);
    GroupringServer& server = *nodes_[node];
    switch (dice_.Below(12)) {
      case 0:
        return SetTtl(name);
      case 1:
        bob_.Run(
            {"name", "set", name, "TTL=" + std::to_string(1 + dice_.Below(4))});
        return;
      case 2:
        if (other != group) bob_.Run({"group", "disable", other});
        return;
      case 3:
        if (other != group) bob_.Run({"group", "enable", other});
        return;
      case 4:
        bob_.Run({"name", "remove-group", name, other, "--force"});
        return;
      case 5:
        return Continue(node), server.Kill(), server.StartAgain();
      case 6:
        Continue(node);
        server.process().Stop();
        return server.StartAgain();
      case 7:
        return CutOff(node);
      case 8:
        return Connect(node);
      case 9:
        // It answers from what it has saved, and nobody hears of it.
        Continue(node);
        CutOff(node);
        server.Kill();
        return server.StartAgain();
      case 10:
        if (stopped_[node]) return Continue(node);
        stopped_[node] = true;
        return server.process().Signal(SIGSTOP);
      default:
        Continue(node);
        server.Replace();
        return;
    }
  }

  void Continue(size_t node) {
    if (!stopped_[node]) return;
    nodes_[node]->process().Signal(SIGCONT);
    stopped_[node] = false;
  }

  void LetNodesLive() {
    for (size_t i = 0; i < kNodes; ++i) {
      Continue(i);
      Connect(i);
    }
  }

  void Heal() {
    LetNodesLive();
    for (const std::string& name : kNames) {
      redis_.Run("SADD " + name + ":GROUPS alpha bravo charlie");
    }
    for (const std::string& group : kGroups) {
      redis_.Run("DEL " + group + ":STATE");
    }
    // A change that changes nothing for clients, which all nodes have to apply.
    REQUIRE(WaitUntil([&] {
      return bob_.Run({"name", "set", kNames[0],
                       "TTL=" + std::to_string(1 + dice_.Below(4)), "--wait"})
                 .status == 0;
    }));
  }

  Dice dice_;
  RedisServer redis_;
  TempDirectory directory_;
  CommandRunner ana_{redis_.url()};
  CommandRunner bob_{redis_.url()};
  std::vector<std::unique_ptr<GroupringServer>> nodes_;
  std::array<bool, kNodes> stopped_{};
  Caches caches_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
};

int FromEnvironment(const char* name, int otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

TEST_CASE("random upgrades: safe is never said while it is not") {
  const int rounds = FromEnvironment("GROUPRING_UPGRADE_ROUNDS", 2);
  const int seed = FromEnvironment("GROUPRING_UPGRADE_SEED", 1);
  CAPTURE(seed);
  Rounds upgrades(static_cast<uint64_t>(seed));
  int safe = 0;
  for (int round = 0; round < rounds; ++round) {
    const Rounds::Outcome outcome = upgrades.Upgrade();
    INFO("round " << round << ":\n" << outcome.said);
    CHECK_FALSE(outcome.was_held);
    if (outcome.safe) ++safe;
  }
  std::printf("%d upgrades, %d of them said to be safe\n", rounds, safe);
}

}  // namespace
}  // namespace groupring::testing
#endif  // GROUPRING_SANITIZED
